"""What the engine says went wrong, as one readable text: its own diagnostics, without colours and Python tracebacks.

Nothing is shortened: a person must see here what the real `pulumi up` prints, a failed command's whole text included.
"""

import re
from asyncio import CancelledError

from pulumi.automation import EngineEvent

_COLOUR = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
_FRAME = re.compile(r'^(Traceback \(most recent call last\):|  File ".*", line \d+)')
# What a command printed on the server is shown as it came, a traceback of the program there, too.
_REMOTE = re.compile(r"(<\{%.*?%\}>)*Process exited with ")
_NOISE = re.compile(r"^(update|preview|resource \S+ has a problem|.* failed$|BAIL)", re.IGNORECASE)


class EngineError(Exception):
    """A run that failed, or was refused before it began. Its text is for the user, as it is."""


class Diagnostics:
    """Collects errors and warnings from a run's events."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.program: BaseException | None = None
        """What the program itself raised; the engine's own report of it carries the traceback."""

    def __call__(self, event: EngineEvent) -> None:
        """Take one event of the engine."""
        said = event.diagnostic_event
        if said is None or said.ephemeral or said.severity not in ("error", "warning"):
            return
        text = _uncoloured(said.message) if _REMOTE.match(said.message) else readable(said.message)
        if said.urn and "::pulumi:pulumi:Stack::" not in said.urn:
            text = _where(said.urn) + text
        kept = self.errors if said.severity == "error" else self.warnings
        if text and text not in kept:
            kept.append(text)

    def text(self, otherwise: str) -> str:
        """One text for an exception. `otherwise` is what the CLI printed, for when the engine said nothing."""
        # A program that was cancelled is the engine's failure seen from the other side.
        raised = None if isinstance(self.program, CancelledError) else self.program
        errors = [text for text in self.errors if not _repeats(raised, text)]
        if raised is not None:
            errors.insert(0, _of_program(raised))
        useful = [text for text in errors if not _NOISE.match(text)] or errors
        return "\n".join(useful) or readable(otherwise) or "the engine failed without saying why"


def readable(text: str) -> str:
    """Without colour marks and the program's own tracebacks."""
    kept, in_frame = [], False
    for line in _uncoloured(text).splitlines():
        in_frame = bool(_FRAME.match(line)) or (in_frame and line.startswith("    "))
        if not in_frame:
            kept.append(line)
    return "\n".join(kept).strip()


def _uncoloured(text: str) -> str:
    return _COLOUR.sub("", text).strip()


def _where(urn: str) -> str:
    kind, name = urn.split("::")[-2:]
    return f"{name} ({kind.split('$')[-1]}): "


def _repeats(raised: BaseException | None, text: str) -> bool:
    return raised is not None and (str(raised) in text or "inline source runtime error" in text)


def _of_program(problem: BaseException) -> str:
    """The program's own refusals are written for people; anything else gets its type's name."""
    known = isinstance(problem, ValueError | SystemExit) or type(problem).__module__ != "builtins"
    return str(problem) if known and str(problem) else f"{type(problem).__name__}: {problem}"
