"""A plan in words: a line for each app and each other part that changes, what restarts, what is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components import app_removal
from components.dokku.program import command_in
from host.app.ensure import EnsureApp
from operate.core import wrapping
from operate.plan.changes import ADDED, CHANGED, REMOVED, Change, between
from operate.plan.resource import Plan, Planned
from operate.summary import effects
from operate.summary.effects import refused
from operate.summary.groups import Group, groups
from operate.summary.parts import parts, rerun

_WIDTH = 80


@dataclass(frozen=True)
class Summary:
    """`lines` for the terminal, the `changes` behind them, and why edits are `refused`."""

    lines: tuple[str, ...]
    changes: tuple[Change, ...]
    refused: tuple[str, ...]


def summarize(before: Sequence[Planned], plan: Plan, heading: str, notes: Sequence[str] = ()) -> Summary:
    """What `plan` changes. `heading` says what it is compared with; `notes` come before the program's warnings."""
    changes = between(before, plan.resources)
    again = [one for one in changes if rerun(one)]
    found = groups([one for one in changes if one not in again], before, plan.resources)
    refusals = list(dict.fromkeys([*_of_the_record(changes), *(why for one in found for why in refused(one))]))
    lines = [*wrapping.lines(heading, _WIDTH), ""]
    lines += [line for one in found for line in _line(one, new=not before)]
    lines += _again(again)
    if not found and not again and not refusals:
        lines.append("Nothing to do.")
    elif before and not refusals:
        lines += ["", *wrapping.lines(_interruptions(found), _WIDTH)]
    lines += _listed("Refused, so pulumi up changes nothing", refusals)
    lines += _listed("Note", [*_departures(changes), *notes, *plan.warnings])
    return Summary(tuple(lines), tuple(changes), tuple(refusals))


def _line(group: Group, *, new: bool) -> Iterator[str]:
    said = "; ".join(part for part in (", ".join(parts(group)), _effect(group, new=new)) if part)
    yield from wrapping.lines(f"{group.sign} {group.title}: {said}", _WIDTH, "    ")


def _effect(group: Group, *, new: bool) -> str:
    if refused(group):
        return "refused (see below)"
    found = effects.effects(group)
    if new and not found:
        return ""
    return "; ".join(found) or "restarts nothing"


def _again(changes: Sequence[Change]) -> list[str]:
    """A new release of the program on the server, or a raised generation."""
    count = sum(one.one.kind == "Command" for one in changes)
    why = "this release of Petbase differs" if any("create" in one.keys for one in changes) else "generation changed"
    run = "1 command runs" if count == 1 else f"{count} commands run"
    said = f"~ Petbase: {why}, so {run} again on the server; restarts nothing that is as the stack file says"
    return wrapping.lines(said, _WIDTH, "    ") if changes else []


def _interruptions(found: Sequence[Group]) -> str:
    """What restarts or is down, in one sentence."""
    every = [(one, phrase) for one in found for phrase in effects.effects(one)]
    apps = [one.app for one, phrase in every if phrase == effects.restarts(one)]
    others = [phrase for one, phrase in every if phrase != effects.restarts(one)]
    said = [f"Restarts {', '.join(apps)}."] if apps else []
    said += [f"{phrase[0].upper()}{phrase[1:]}." for phrase in others]
    return " ".join(said) or "Nothing restarts, and nothing is down."


def _of_the_record(changes: Sequence[Change]) -> list[str]:
    """What only the stack's own record of its apps tells."""
    records = [one for one in changes if one.one.kind == "Stash" and one.sign == CHANGED]
    return [problem for one in records for problem in app_removal.refused(*one.inputs())]


def _departures(changes: Sequence[Change]) -> list[str]:
    """Whether a removed app and an added one may be the same under a new name."""
    commanded = [(one.sign, command_in(one.one.inputs)) for one in changes]
    gone = [command.app for sign, command in commanded if isinstance(command, EnsureApp) and sign == REMOVED]
    come = [command.app for sign, command in commanded if isinstance(command, EnsureApp) and sign == ADDED]
    # Which schema stays is in the app's own line.
    found = app_removal.warnings({app: app for app in gone}, {app: app for app in come})
    return found[len(gone) :]


def _listed(title: str, sentences: Sequence[str]) -> list[str]:
    if not sentences:
        return []
    return ["", f"{title}:", *(line for one in sentences for line in wrapping.lines(f"  {one}", _WIDTH, "    "))]
