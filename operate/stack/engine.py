"""Previews and runs a stack's program, by the Pulumi CLI; the sandbox has its own engine (sandbox_engine.py)."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from components.edits.bucket_drop import TARGETED
from operate.core.errors import PetbaseError, masked
from operate.stack import pulumi_cli, stack_files

_STREAMS = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"
_QUIET = ("same", "read", "refresh")


@dataclass(frozen=True)
class Step:
    """A resource that a run would change: `keys` are the inputs that differ, `inputs` what they will be."""

    operation: str
    urn: str
    keys: frozenset[str]
    inputs: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Its type's token."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def counts(self) -> bool:
        """Whether it changes anything."""
        return self.operation not in _QUIET

    def __str__(self) -> str:
        kind = self.kind.rpartition(":")[2]
        return f"{self.operation} {kind} {self.name}" + (f" ({', '.join(sorted(self.keys))})" if self.keys else "")


def shorten(names: Sequence[str], most: int = 5) -> str:
    """The first of them and how many more there are: an error is a sentence."""
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return "; ".join([*names[:most], *more])


class Deployment(Protocol):
    """One stack's program. Every method raises PetbaseError with the engine's own reason."""

    def preview(self) -> list[Step]:
        """What `up` would change."""

    def up(self) -> None:
        """Run pulumi up; progress goes to stderr."""

    def refresh(self, urn: str) -> None:
        """Read one resource again, so that the state knows what it is."""


class Engine(Deployment, Protocol):
    """How a stack is torn down."""

    def up_only(self, urns: Sequence[str], environment: Mapping[str, str]) -> None:
        """`up` for these resources alone, by a program that finds `environment` in its own."""

    def destroy(self, keep: Sequence[str] = ()) -> None:
        """Remove everything but these URNs and what they need, protected or not; by the state, without the program."""


def of(stack: str) -> Engine:
    """The way to run a stack's program."""
    if stack != stack_files.SANDBOX:
        return _Cli(stack)
    from operate.stack.sandbox_engine import SandboxEngine

    return SandboxEngine()


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


def protect_only(stack: str, urns: Sequence[str]) -> None:
    """In the state, where the next `up` protects again what the stack file says."""
    pulumi_cli.pulumi(stack, "state", "unprotect", "--all", "--yes")
    if urns:
        pulumi_cli.pulumi(stack, "state", "protect", "--yes", *urns)
