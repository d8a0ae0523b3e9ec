"""Why the engine would refuse a group's changes: by protection, or by a hook of the program."""

from collections.abc import Iterator

from components.edits import refusals
from operate.plan.changes import ADDED, CHANGED
from operate.summary.groups import Group

_SECTIONS = {"names": "edge"}


def refused(group: Group) -> list[str]:
    """One sentence for each reason, with the way out; empty where nothing is refused."""
    return [*_protected(group), *_by_hooks(group)]


def _protected(group: Group) -> Iterator[str]:
    gone = [one for one in group.changes if one.sign not in (ADDED, CHANGED) and one.before and one.before.protected]
    if gone:
        section = f"apps.{group.app}" if group.app else _SECTIONS.get(group.title, group.title)
        yield (
            f"{section}: protected, and this edit would remove or replace it. If you mean that, write protect: false "
            f"under {section}, run pulumi up, then make this edit"
        )


def _by_hooks(group: Group) -> Iterator[str]:
    for one in group.changes:
        for hook in one.after.guards if one.after and one.sign == CHANGED else ():
            if problem := refusals.refusal(hook, *one.inputs()):
                yield problem
