"""Apps that an upgrade left behind: their data is whole in a stopped old service, and in no other place.

Noted beside that service's owner, so that the check and doctor tell of them until a restore has brought them over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from host.core.host import Host
from host.loading.verdict import Verdict
from host.values.old_services import parts

WAY_OUT = "bring it over: docs/upgrades.md"


@dataclass(frozen=True)
class HeldBack:
    """The verdicts of their load into the new version."""

    verdicts: tuple[Verdict, ...]


def held_back(host: Host, old: str) -> tuple[Verdict, ...]:
    """Whose data an old service alone has."""
    found = host.state.load(HeldBack, path(old))
    return found.verdicts if found else ()


def hold_back(host: Host, old: str, verdicts: Iterable[Verdict]) -> None:
    """Note whose data an old service alone has; of no verdicts, forget the note."""
    if left := tuple(verdicts):
        host.state.save(path(old), HeldBack(left))
    else:
        host.state.remove(path(old))


def all_held_back(host: Host, service: str) -> Mapping[str, tuple[Verdict, ...]]:
    """The same for each old service that upgrades of this one left."""
    names = [name for name in host.state.names("services") if (of := parts(name)) and of[0] == service]
    return {name: found for name in names if (found := held_back(host, name))}


def brought_over(host: Host, service: str, major: int, verdicts: Sequence[Verdict]) -> None:
    """Forget those whose schemas a restore of a dump of this PostgreSQL put in place, all of them: what a later one
    holds was made after the upgrade.
    """
    whole = {(one.name, schema) for one in verdicts if one.ok for schema in one.schemas}
    for old, found in all_held_back(host, service).items():
        if (of := parts(old)) and major < of[1]:
            hold_back(host, old, [one for one in found if not {(one.name, of) for of in one.schemas} <= whole])


def in_words(verdict: Verdict, old: str) -> str:
    """What is so of whose data an old service alone has."""
    at = f" ({verdict.at})" if verdict.at else ""
    return f"was held back by an upgrade: its data is only in {old}, since it could not be loaded{at}: {verdict.error}"


def path(old: str) -> str:
    """Where it is noted."""
    return f"services/{old}/held-back"
