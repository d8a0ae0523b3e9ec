"""What a look at a stack finds: one line each, with its repair; and what they come to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from operate.core import stack_names

Level = Literal["well", "hint", "bad", "unknown"]
SIGNS: dict[Level, str] = {"well": "✓", "hint": "!", "bad": "✗", "unknown": "?"}
COLORS: dict[Level, str] = {"well": "green", "hint": "yellow", "bad": "red", "unknown": "magenta"}
_VERB = re.compile(r"\./petbase (?:secrets )?[a-z-]+")
_UP = re.compile(r"\b(pulumi refresh, )?pulumi up\b(?! --stack)")
# As ./petbase doctor and ./petbase status end.
WELL, COULD_NOT_LOOK, DRIFT = 0, 1, 2
EXIT_CODES = (
    "Exit codes: 0 healthy, 1 something could not be checked (?), 2 problems found (✗), refused or invalid usage."
)


@dataclass(frozen=True)
class Finding:
    """`about` is a thing (`app fruits`), `says` what was found of it, `repair` what brings it right.

    `again`: every command run again (`doctor --repair`) is that repair.
    """

    level: Level
    about: str
    says: str
    repair: str = ""
    again: bool = False


def well(about: str, says: str) -> Finding:
    """As declared, and healthy."""
    return Finding("well", about, says)


def hint(about: str, says: str, repair: str = "") -> Finding:
    """It works, but is worth knowing."""
    return Finding("hint", about, says, repair)


def bad(about: str, says: str, repair: str) -> Finding:
    """Not as declared, or not healthy."""
    return Finding("bad", about, says, repair)


def drifted(about: str, says: str) -> Finding:
    """Not as declared, and the stack's own commands make it so when they run again."""
    return Finding("bad", about, says, "./petbase doctor --repair", again=True)


def unknown(about: str, says: str, repair: str = "") -> Finding:
    """It could not be looked at."""
    return Finding("unknown", about, says, repair)


def with_stack(stack: str, found: Finding) -> Finding:
    """With the stack in each command of its repair, which would be about another server without it, mostly prod."""
    repair = _VERB.sub(rf"\g<0> --stack {stack}", found.repair)
    return replace(found, repair=_UP.sub(lambda found: _up(stack, found[1]), repair))


def _up(stack: str, refresh: str | None) -> str:
    place = " --cwd .sandbox/project" if stack == stack_names.SANDBOX else ""
    first = f"pulumi refresh{place} --stack {stack}, " if refresh else ""
    return first + stack_names.up(stack)


def exit_code(found: Iterable[Finding]) -> int:
    """2 where anything is bad, 1 where something could not be looked at, else 0; a hint alone is well."""
    levels = {one.level for one in found}
    return DRIFT if "bad" in levels else COULD_NOT_LOOK if "unknown" in levels else WELL
