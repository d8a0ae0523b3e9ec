"""Prints plans: in words, compared with something, or in full."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.plan import plan as planning
from operate.plan.resource import Plan
from operate.plan.shared import shared
from operate.summary import reference, text
from operate.summary.summary import summarize

_Made = TypeVar("_Made")


def in_full(names: Sequence[str], *, as_json: bool) -> None:
    """Every resource, the same bytes for the same files."""
    plans = _all(names, planning.plan)
    _refuse_shared(plans)
    terminal.result(reference.as_json(plans) if as_json else "\n\n".join(map(text.text, plans)))


def in_words(names: Sequence[str], *, file: Path | None, details: bool) -> bool:
    """What changes since `file`, or since what is deployed; whether nothing of it is refused."""
    held = reference.kept(file) if file else None
    pairs = _all(names, lambda name: _compared(name, held))
    _refuse_shared([plan for plan, _ in pairs])
    found = [summarize(before.resources, plan, before.heading, before.notes) for plan, before in pairs]
    blocks = ["\n".join(one.lines) + (f"\n{text.details(one.changes)}" if details else "") for one in found]
    terminal.result("\n\n".join(blocks))
    return not any(one.refused for one in found)


def _compared(name: str, held: reference.Kept | None) -> tuple[Plan, reference.Reference]:
    return reference.against_deployed(name) if held is None else reference.against_kept(name, held)


def _all(names: Sequence[str], make: Callable[[str], _Made]) -> list[_Made]:
    """What is made of each stack; PetbaseError with the problems of all their files."""
    found, problems = [], []
    for name in names:
        try:
            found.append(make(name))
        except PetbaseError as problem:
            problems.append(str(problem))
    if problems:
        raise PetbaseError("\n".join(problems))
    return found


def _refuse_shared(plans: Sequence[Plan]) -> None:
    if problems := shared({plan.stack: plan.resources for plan in plans}):
        raise PetbaseError("\n".join(problems))
