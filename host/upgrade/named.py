"""Whose data an upgrade may leave in the old service: who can be named, and the error where a name is missing."""

import shlex
from collections.abc import Collection, Sequence

from host.archive.shares import SHARED
from host.core.errors import HostError
from host.loading.verdict import LoadError, Verdict
from host.placing.app_by_app import owners
from host.placing.newer_schemas import live_schemas
from host.postgres.psql import Psql
from host.values.text import printable

OPTION = "--hold-back"


def can_be_held_back(psql: Psql) -> list[str]:
    """The names that stand for somebody's data: of roles that own schemas, and of schemas."""
    roles = map(printable, owners(psql))
    return sorted({*roles, *map(printable, live_schemas(psql.host, psql.service))})


def require_known(psql: Psql, names: Sequence[str]) -> None:
    """HostError for a name that stands for no data."""
    known = can_be_held_back(psql) if names else []
    if unknown := [name for name in names if name not in known]:
        raise HostError(
            f"{OPTION} {unknown[0]}: {psql.service} has no data of that name; nothing was changed. There is: "
            f"{', '.join(known)}"
        )


def names(*verdicts: Verdict) -> set[str]:
    """What the data of these is called on the command line."""
    return {name for one in verdicts for name in (one.name, *map(printable, one.schemas))}


def require_named(failures: Sequence[Verdict], named: Collection[str]) -> None:
    """LoadError where anything failed that is not named. What is missing because of an app that was named goes too."""
    held = [one for one in failures if names(one).intersection(named)]
    causes = {(one.at, one.error) for one in held}
    left = [one for one in failures if one not in held and (one.at, one.error) not in causes]
    if left:
        wanted = [_shown(one) for one in failures if one.schemas]
        to_go_on = f"To upgrade the others without it, add: {shlex.join(options(wanted))}" if wanted else ""
        raise LoadError("\n".join([*(one.sentence() for one in left), *([to_go_on] if to_go_on else [])]))


def options(names: Sequence[str]) -> list[str]:
    """The words that name them."""
    return [word for name in names for word in (OPTION, name)]


def require_no_only_copy(old: str, held: Sequence[Verdict], named: Collection[str]) -> None:
    """HostError where an old service alone has the data of somebody who is not named."""
    if left := [_shown(one) for one in held if not names(one).intersection(named)]:
        raise HostError(
            f"{old} has the only copy of the data of {', '.join(left)}; nothing was dropped. Bring it over first "
            f"(docs/upgrades.md), or delete it too: ./petbase upgrade-database --drop-old {shlex.join(options(left))}"
        )


def _shown(verdict: Verdict) -> str:
    return printable(verdict.schemas[0]) if verdict.name == SHARED.kind.value else verdict.name
