"""Previews and runs a stack's program, by the Pulumi CLI; the sandbox has its own engine (sandbox_engine.py)."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.edits.bucket_drop import TARGETED
from operate.core.errors import PetbaseError, masked
from operate.stack import pulumi_cli, stack_files
from operate.stack.deployment import Engine, Step, protect_only
from operate.stack.sandbox_engine import SandboxEngine

_STREAMS = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"


def of(stack: str) -> Engine:
    """The way to run a stack's program."""
    return SandboxEngine() if stack == stack_files.SANDBOX else _Cli(stack)


@dataclass(frozen=True)
class _Cli:
    """A stack of the user's own, by the Pulumi CLI as the user has it."""

    stack: str

    def preview(self) -> list[Step]:
        words = pulumi_cli.command(self.stack, "preview", "--json")
        # Where that is set the CLI streams events instead of one object.
        environment = {name: value for name, value in os.environ.items() if name != _STREAMS}
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False
        )
        try:
            digest = json.loads(done.stdout or "{}")
        except ValueError:
            digest = {}
        if done.returncode:
            errors = [one["message"].strip() for one in digest.get("diagnostics", []) if one["severity"] == "error"]
            raise PetbaseError(f"The preview failed: {masked('; '.join(errors) or done.stderr.strip())}")
        return [step for step in map(_step, digest.get("steps", [])) if step.counts]

    def up(self) -> None:
        self._run("up", "--yes", "--skip-preview")

    def refresh(self, urn: str) -> None:
        self._run("refresh", "--yes", "--skip-preview", "--target", urn)

    def up_only(self, urns: Sequence[str], environment: Mapping[str, str]) -> None:
        self._run(
            "up",
            "--yes",
            "--skip-preview",
            *(f"--target={urn}" for urn in urns),
            environment={**environment, TARGETED: "1"},
        )

    def destroy(self, keep: Sequence[str] = ()) -> None:
        protect_only(self.stack, keep)
        self._run("destroy", "--yes", "--exclude-protected")

    def _run(self, *words: str, environment: Mapping[str, str] | None = None) -> None:
        """The CLI's own progress belongs to the work, so it goes to stderr."""
        ours = {**os.environ, **(environment or {})}
        command = pulumi_cli.command(self.stack, *words)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=2, env=ours, check=False)
        if done.returncode:
            raise PetbaseError(f"pulumi {words[0]} failed; see its message above.")


def _step(found: Mapping[str, Any]) -> Step:
    inputs = (found.get("newState") or {}).get("inputs", {})
    return Step(found["op"], found["urn"], frozenset(found.get("diffReasons") or ()), inputs)
