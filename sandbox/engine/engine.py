"""The real Pulumi engine on the sandbox, driven by the Automation API with the checkout's own program.

    engine = Engine(Path(".sandbox"), Path("."))
    engine.up(on_output=print)      # previews first, so that a refusal comes before anything is touched
    engine.details()["server"]

No language plugin is needed: the program runs in this process. State, plugins and the stack file are the sandbox's own.
"""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pulumi import automation as auto

from sandbox.engine import environment, pulumi_cli
from sandbox.engine.alone import alone, left_locks, wait_until_gone
from sandbox.engine.diagnostics import Diagnostics, EngineError
from sandbox.engine.inline import Program
from sandbox.engine.project import Project
from sandbox.engine.stack import Stack, find_or_make
from sandbox.providers import plugin

__all__ = ["Changes", "Engine", "EngineError"]

OnEvent = Callable[[auto.EngineEvent], None]
OnOutput = Callable[[str], None]


@dataclass(frozen=True)
class Changes:
    """How many resources an operation made, changed, replaced, deleted or left ("same"), by the engine's own names."""

    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Everything but what stayed as it was."""
        return sum(number for name, number in self.counts.items() if name not in ("same", "read"))


class Engine:
    """One stack of the sandbox under `root`, running `checkout`/__main__.py.

    `config` adds to the copied stack file: plain values, or `auto.ConfigValue(text, secret=True)`. `say` gets the few
    lines that come before the engine's own.
    """

    def __init__(
        self,
        root: Path,
        checkout: Path,
        stack: str = "sandbox",
        config: Mapping[str, Any] | None = None,
        say: OnOutput = print,
    ) -> None:
        self.root, self.checkout, self.stack, self.say = root.resolve(), checkout.resolve(), stack, say
        folder = "project" if stack == "sandbox" else f"project-{stack}"
        self.project = Project(self.root / folder, self.checkout, stack, config or {})
        self.program = Program(self.checkout / "__main__.py")

    def preview(self, on_event: OnEvent | None = None, on_output: OnOutput | None = None) -> Changes:
        """What `up` would do."""
        with self._ready() as stack:
            return self._run(stack.preview, on_event, on_output)

    def up(
        self,
        on_event: OnEvent | None = None,
        on_output: OnOutput | None = None,
        only: Sequence[str] = (),
        *,
        preview_first: bool = True,
    ) -> Changes:
        """Preview, say what it warns of, then make it so. EngineError with the engine's reasons when either fails.
        `only`: these URNs alone. `preview_first`: without it a refusal may come when something was changed already.
        """
        target = list(only) or None
        with self._ready() as stack:
            if preview_first:
                for warning in self._run(partial(stack.preview, target=target), None, None).warnings:
                    self.say(warning)
            return self._run(partial(stack.up, target=target), on_event, on_output)

    def refresh(self, on_event: OnEvent | None = None, on_output: OnOutput | None = None) -> Changes:
        """Read every resource again; what is gone leaves the state."""
        with self._ready() as stack:
            return self._run(stack.refresh, on_event, on_output)

    def destroy(
        self,
        on_event: OnEvent | None = None,
        on_output: OnOutput | None = None,
        exclude_protected: bool = False,
    ) -> Changes:
        """Preview the removal of everything, then remove it. A protected resource refuses it as a whole, or, where told
        so, stays with what it needs.
        """
        with self._ready() as stack:
            self._run(partial(stack.preview_destroy, exclude_protected=exclude_protected), None, None)
            return self._run(partial(stack.destroy, exclude_protected=exclude_protected), on_event, on_output)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets in the clear."""
        with self._ready() as stack:
            return self._asked(stack, "stack", "output", "--json", "--show-secrets")

    def details(self) -> dict[str, Any]:
        """Petbase's own secret output: all that ./petbase needs."""
        found: dict[str, Any] = self.outputs()["petbase"]
        return found

    def export(self) -> dict[str, Any]:
        """The state as `pulumi stack export` writes it: secrets encrypted."""
        with self._ready() as stack:
            # not the SDK's export_stack, which asks for the secrets in the clear
            return dict(self._asked(stack, "stack", "export")["deployment"])

    def cancel(self) -> None:
        """Take away the lock that a killed run left. (Every operation does so by itself.)"""
        with self._ready():
            pass

    def _asked(self, stack: Stack, *words: str) -> dict[str, Any]:
        words = (*words, "--stack", self.stack)
        ran = stack.workspace.pulumi_command.run(list(words), str(self.project.folder), {})
        return dict(json.loads(ran.stdout))

    def _run(self, operation: Callable[..., Any], on_event: OnEvent | None, on_output: OnOutput | None) -> Changes:
        said = Diagnostics()
        counts: dict[str, int] = {}

        def listen(event: auto.EngineEvent) -> None:
            said(event)
            if event.summary_event:
                counts.update({str(getattr(k, "value", k)): n for k, n in event.summary_event.resource_changes.items()})
            if on_event:
                on_event(event)

        try:
            operation(on_event=listen, on_output=on_output, color="never")
        except (auto.CommandError, RuntimeError) as problem:
            said.program = self.program.raised
            raise EngineError(said.text(str(problem))) from None
        finally:
            self.program.wait()
        return Changes(counts, tuple(said.warnings))

    @contextmanager
    def _ready(self) -> Iterator[Stack]:
        """The stack, alone, in a clean environment, with the sandbox's own providers and nothing else."""
        try:
            cli = pulumi_cli.find(self.say)
            with alone(self.root), environment.scrubbed(self.root):
                home = environment.home(self.root)
                (self.root / "state").mkdir(exist_ok=True, mode=0o700)
                plugin.install(self.root, home)
                plugin.refuse_foreign(self.root, home)
                yield self._stack(cli, home)
        except (pulumi_cli.NoCliError, plugin.ForeignPluginError) as problem:
            raise EngineError(str(problem)) from None
        except auto.CommandError as problem:
            raise EngineError(Diagnostics().text(str(problem))) from None

    def _stack(self, cli: Path, home: Path) -> Stack:
        fresh = self.project.copy()
        known = any((self.root / "state").rglob(f"stacks/**/{self.stack}.json"))
        stack = find_or_make(self.stack, self.project.folder, home, cli, self.program, known=known)
        if fresh:
            self.project.set_secrets(lambda hidden: self._encrypt(cli, hidden))
        self._clear_lock(stack)
        return stack

    def _encrypt(self, cli: Path, hidden: Mapping[str, auto.ConfigValue]) -> None:
        """By the CLI's standard input: the SDK passes secrets as arguments, which `ps` shows to everyone."""
        for key, held in hidden.items():
            words = [str(cli), "config", "set", "--secret", "--non-interactive", "--stack", self.stack, key]
            done = subprocess.run(
                words, input=f"{held.value}\n", cwd=self.project.folder, text=True, capture_output=True, check=False
            )
            if done.returncode:
                raise EngineError(f"{key} cannot be set: {done.stderr.strip()}")

    def _clear_lock(self, stack: Stack) -> None:
        if pids := left_locks(self.root, self.stack):
            wait_until_gone(pids)
            self.say(f"an earlier run was killed and left its lock (process {pids[0]}); taking it away")
            stack.cancel()
