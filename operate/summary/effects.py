"""What a change interrupts, for how long if that is known (docs/upgrades.md), and why the engine would refuse it."""

from collections.abc import Iterator

from components.dokku.program import command_in
from components.edits import refusals
from host.app.ensure import EnsureApp
from operate.plan.changes import ADDED, CHANGED, REPLACED, Change
from operate.summary import commands
from operate.summary.groups import Group

# Fields of `settings ensure` and `link ensure` after which a deployed app starts anew.
_RESTARTING = {"env", "secret_env", "scale", "storage", "resources", "access", "url_scheme", "url_parameter", "schema"}

_SECTIONS = {"names": "edge"}


def effects(group: Group) -> list[str]:
    """One phrase for each; empty where nothing stops."""
    return list(dict.fromkeys(phrase for one in group.changes for phrase in _of(one, group)))


def restarts(group: Group) -> str:
    """The phrase for an app's restart."""
    return f"restarts {group.app}"


def _of(change: Change, group: Group) -> Iterator[str]:
    before, after = map(command_in, change.inputs())
    fields = set(commands.differing(before, after))
    if group.app:
        if isinstance(after, EnsureApp) and after.renamed_from:
            yield f"builds {group.app} once, under its new name"
        elif (
            not _is_renamed(group)
            and group.sign == CHANGED
            and fields & _RESTARTING
            and not change.one.parent.startswith("App ")
        ):
            yield restarts(group)
    elif change.one.kind == "Server" and change.sign == CHANGED and "serverType" in change.keys:
        yield "use ./petbase resize for this: pulumi up would leave the server off, and every app with it"
    elif change.one.kind == "Server" and change.sign == REPLACED:
        yield "the new server starts empty: every app is down until its data is restored"
    elif group.title == "database" and change.sign == CHANGED and fields & {"version", "config", "memory_mb"}:
        dump = "takes a dump first, then " if "version" in fields else ""
        yield f"{dump}restarts PostgreSQL: apps are without their database for about a minute"
    elif group.title == "server" and change.sign != ADDED and fields & {"dokku", "postgres_plugin"}:
        yield "deploys wait some minutes"


def _is_renamed(group: Group) -> bool:
    made = (command_in(one.after.inputs) for one in group.changes if one.after)
    return any(isinstance(command, EnsureApp) and command.renamed_from for command in made)


def refused(group: Group) -> list[str]:
    """One sentence for each reason, with the way out; empty where nothing is refused."""
    return [*_protected(group), *_by_hooks(group)]


def _protected(group: Group) -> Iterator[str]:
    gone = [one for one in group.changes if one.sign not in (ADDED, CHANGED) and one.before and one.before.protected]
    if gone:
        yield refusals.protected(f"apps.{group.app}" if group.app else _SECTIONS.get(group.title, group.title))


def _by_hooks(group: Group) -> Iterator[str]:
    for one in group.changes:
        for hook in one.after.guards if one.after and one.sign == CHANGED else ():
            if problem := refusals.refusal(hook, *one.inputs()):
                yield problem
