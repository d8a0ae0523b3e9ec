"""The engine's events as a few lines that a person can follow: what is made, and what its scripts say meanwhile."""

import re
import time
from collections.abc import Callable

from pulumi.automation import EngineEvent

from sandbox.engine.diagnostics import readable

_DIAL = re.compile(r"Dial \d+/\d+ failed: retrying")
_DONE = {"create": "made", "update": "changed", "delete": "removed", "replace": "replaced"}


class Progress:
    """An `on_event` listener. Resources that stay as they are say nothing; `mood` turns "made" into "would be made"."""

    def __init__(self, say: Callable[[str], None], mood: str = "") -> None:
        self.say, self.mood = say, mood
        self._began: dict[str, float] = {}
        self._dialled = False

    def __call__(self, event: EngineEvent) -> None:
        if before := event.resource_pre_event:
            self._began[before.metadata.urn] = time.monotonic()
        if after := event.res_outputs_event:
            self._done(after.metadata.urn, after.metadata.type, str(getattr(after.metadata.op, "value", "")))
        if (said := event.diagnostic_event) and said.urn:
            self._said(said.severity, said.urn, said.message)

    def _said(self, severity: str, urn: str, message: str) -> None:
        """A step that a script reports, or the first line of a failure: the whole of it comes at the end."""
        if severity.startswith("info"):
            for line in message.strip().splitlines():
                self._step(line)
        elif severity == "error" and not urn.rpartition("::")[0].endswith("::pulumi:pulumi:Stack"):
            kind, name = urn.split("::")[-2:]
            self.say(f"  {'failed':<8} {kind.rpartition(':')[2]:<18} {name}  {readable(message).partition(chr(10))[0]}")

    def _step(self, line: str) -> None:
        """What a script says; of the retries of a first dial only that there are some."""
        if _DIAL.match(line):
            if self._dialled:
                return
            self._dialled, line = True, "waiting until the server answers SSH"
        self.say(f"      {line}")

    def _done(self, urn: str, kind: str, operation: str) -> None:
        name = urn.rpartition("::")[2]
        if operation in _DONE and not kind.startswith(("pulumi:", "petbase:")):
            seconds = time.monotonic() - self._began.get(urn, time.monotonic())
            self.say(f"  {self.mood}{_DONE[operation]:<8} {kind.rpartition(':')[2]:<18} {name}  {seconds:.1f} s")
