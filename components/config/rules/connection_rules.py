"""Rules of the stack file about connections: what its apps may open must fit into what the database has."""

from collections.abc import Iterator

from components.config.spec import Estate
from host.values.connections import LEAST, RESERVED, SUPERUSERS

_DEFAULT = 100
"""PostgreSQL's own max_connections."""


def problems(estate: Estate) -> Iterator[str]:
    """The connections that the stack file names must fit."""
    limits = {app: spec.connections for app, spec in estate.apps.items() if spec.connections}
    total = sum(limits.values())
    if total > _most(estate) - _kept(estate):
        yield (
            f"apps: connections of {', '.join(f'{app} ({limit})' for app, limit in limits.items())} add up to {total}. "
            f"max_connections is {_most(estate)}, and {_kept(estate)} of them are kept for dumps and people; lower "
            "them, or raise database.config.max_connections"
        )


def warnings(estate: Estate) -> Iterator[str]:
    """Where the apps that name none cannot have a useful number each."""
    given = [spec.connections for spec in estate.apps.values() if spec.access == "schema"]
    total, others = sum(filter(None, given)), given.count(None)
    if others and total + others * LEAST > _most(estate) - _kept(estate):
        needed = total + others * LEAST + _kept(estate)
        yield (
            f"apps: the {others} without a number under connections get {LEAST} each, so the limits add up to "
            f"{total + others * LEAST}, more than the {_most(estate) - _kept(estate)} that the database has for apps. "
            f"Write database: {{config: {{max_connections: {needed}}}}}, or lower apps.APP.connections"
        )


def _most(estate: Estate) -> int:
    return _number(estate, "max_connections", _DEFAULT)


def _kept(estate: Estate) -> int:
    """For superusers, and for the roles that load a dump."""
    reserved = max(_number(estate, "reserved_connections", RESERVED), RESERVED)
    return _number(estate, "superuser_reserved_connections", SUPERUSERS) + reserved


def _number(estate: Estate, name: str, default: int) -> int:
    found = estate.database.config.get(name, "")
    return int(found) if found.isdecimal() else default
