"""Previews and runs the sandbox's program, by the sandbox's own engine."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from components.edits.bucket_drop import TARGETED
from operate.core import terminal
from operate.core.errors import PetbaseError, masked
from operate.stack import stack_files
from operate.stack.deployment import Step, protect_only


class SandboxEngine:
    """The sandbox's own engine, which needs no language plugin. A refresh is of everything there."""

    def preview(self) -> list[Step]:
        found: list[Step] = []

        def listen(event: Any) -> None:
            if before := event.resource_pre_event:
                step, new = before.metadata, before.metadata.new
                found.append(Step(step.op.value, step.urn, frozenset(step.diffs or ()), new.inputs if new else {}))

        with _engine_errors():
            self._engine().preview(on_event=listen)
        return [step for step in found if step.counts]

    def up(self) -> None:
        from sandbox.engine.progress import Progress

        with _engine_errors():
            self._engine().up(on_event=Progress(terminal.note))

    def refresh(self, urn: str) -> None:
        terminal.note(f"reading {urn.rpartition('::')[2]} again")
        with _engine_errors():
            self._engine().refresh()

    def up_only(self, urns: Sequence[str], environment: Mapping[str, str]) -> None:
        from sandbox.engine.progress import Progress

        before = dict(os.environ)
        os.environ.update({**environment, TARGETED: "1"})
        try:
            with _engine_errors():
                self._engine().up(on_event=Progress(terminal.note), only=urns)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def destroy(self, keep: Sequence[str] = ()) -> None:
        from sandbox.engine.progress import Progress

        with _engine_errors():
            self._engine().cancel()
            protect_only(stack_files.SANDBOX, keep)
            self._engine().destroy(on_event=Progress(terminal.note), exclude_protected=True)

    def _engine(self) -> Any:
        from sandbox import workspace

        return workspace.opened(workspace.root(), terminal.note)


@contextmanager
def _engine_errors() -> Iterator[None]:
    from sandbox.engine.engine import EngineError

    try:
        yield
    except EngineError as problem:
        raise PetbaseError(masked(str(problem))) from None
