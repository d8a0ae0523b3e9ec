"""A source in the staging container, in the shape in which the app gets it: a look and an import go the same way."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from host.core.host import Host
from host.core.ownership import claim
from host.dokku.services import require_service
from host.imports import platforms
from host.imports.bring import Brought, bring
from host.imports.choose import Import, chosen, require_free
from host.imports.facts import ImportFacts
from host.placing.live_schemas import role_of
from host.postgres.psql import Psql, live
from host.restore.facts import RefusedError
from host.staging import extensions, large_objects
from host.staging.adapt import adapt, homes_of_extensions
from host.staging.container import Staging, staging
from host.staging.failures import Failure
from host.staging.fill import database_of, fill
from host.staging.reduce import reduce
from host.values.text import printable

_MISSING_ROLES = """
SELECT COALESCE(json_agg(name ORDER BY name), '[]') FROM json_array_elements_text(:'names') AS name
  WHERE name NOT IN (SELECT rolname FROM pg_roles) AND name !~ '^pg_' AND lower(name) NOT IN ('public', 'current_user')
"""
_FORCED = """
SELECT COALESCE(json_agg(c.oid::regclass::text ORDER BY c.oid::regclass::text), '[]') FROM pg_class c
  JOIN pg_namespace n ON n.oid = relnamespace WHERE relforcerowsecurity AND relrowsecurity
  AND nspname IN (SELECT json_array_elements_text(:'schemas'))
  AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
"""
_MOST_NAMED = 3


@dataclass(frozen=True)
class Prepared:
    """A source that is the app's by now: its dump as it came, where it is loaded, what is known of it."""

    brought: Brought
    place: Staging
    facts: ImportFacts
    role: str


@contextmanager
def prepared(host: Host, wanted: Import, *, rows: bool) -> Iterator[Prepared]:
    """Bring the source into the staging container and into shape. HostError, REFUSED, where it cannot come."""
    claim(host, f"services/{wanted.service}")
    require_service(host, wanted.service)
    role = role_of(live(host, wanted.service), wanted.schema)
    if not role:
        raise RefusedError(f"the schema {wanted.schema} belongs to no app's role here. Run pulumi up first")
    with staging(host, wanted.service) as place:
        place.make_role(role)
        brought = bring(host, wanted, place, rows=rows)
        host.step(f"{wanted.service}: loading it into a temporary PostgreSQL")
        failures = fill(place, brought.dump, platforms.left_out(brought.schemas, wanted.take, wanted.leave), rows=rows)
        filled = database_of(place, wanted.database)
        facts = _facts(wanted, filled, brought, failures, rows=rows, role=role)
        yield Prepared(brought, filled, facts, role)


def _facts(
    wanted: Import, place: Staging, brought: Brought, failures: Sequence[Failure], *, rows: bool, role: str
) -> ImportFacts:
    """Take out what cannot come, make the rest the app's; what that was."""
    here, psql = live(place.host, wanted.service), place.psql
    left = platforms.left_out(brought.schemas, wanted.take, wanted.leave)
    missing = tuple(dict.fromkeys(printable(one.extension) for one in failures if one.extension))
    _require_whole(failures, left, missing)
    schemas = chosen(psql, wanted.choice, brought.schemas)
    names = {one.name: one.becomes for one in schemas if one.becomes}
    require_free(here, names, role, wanted.schema)
    homes = homes_of_extensions(psql)
    gone = reduce(psql, names, role)
    found = extensions.needed(psql)
    extensions.require(here, found, wanted.schema)
    by_name = adapt(psql, names, role, homes)
    look = large_objects.settle if rows else large_objects.foreseen
    count, renumbered = look(here, psql, sorted(names.values()), role)
    return ImportFacts(
        form=brought.form,
        server=printable(brought.server),
        schemas=schemas,
        extensions=tuple(printable(name) for name, needed in found.items() if needed),
        missing=missing,
        roles=_missing_roles(here, brought.roles),
        large_objects=count,
        left_out=(*gone, *_lost(failures, left), *_empty(brought, names)),
        notes=(*extensions.advice(here, found), *by_name, *renumbered, *_hidden(psql, names.values())),
    )


def _require_whole(failures: Sequence[Failure], left: Collection[str], missing: Sequence[str]) -> None:
    """HostError where a statement failed without which data of the app may be missing."""
    serious = [one for one in failures if one.matters(left)]
    if not serious:
        return
    more = f" and {len(serious) - 1} more" if len(serious) > 1 else ""
    lacks = (
        f" This server lacks the extension {', '.join(missing)}: give the database an image that has it."
        if missing
        else ""
    )
    raise RefusedError(
        f"the source does not load into this PostgreSQL: {serious[0].sentence}{more}; nothing was changed.{lacks} Mend "
        "it in the source, then run this again",
        "\n".join(one.sentence for one in serious[1 : _MOST_NAMED + 1]),
    )


def _lost(failures: Sequence[Failure], left: Collection[str]) -> list[str]:
    return list(dict.fromkeys(lost for one in failures if (lost := one.lost(left))))


def _empty(brought: Brought, names: Collection[str]) -> list[str]:
    tables = [f"{schema}.{table}" for schema, table in brought.empty if schema in names]
    return [printable(f"rows of the unlogged table {table}, which a standby does not have") for table in tables]


def _missing_roles(here: Psql, names: Collection[str]) -> tuple[str, ...]:
    missing: list[str] = here.json(_MISSING_ROLES, names=sorted(names))
    return tuple(map(printable, missing))


def _hidden(psql: Psql, schemas: Collection[str]) -> list[str]:
    """Tables that hide all rows from their owner, since no policy for it is left."""
    return [
        printable(f"{table} forces row security, and no policy of it came along: the app sees none of its rows")
        for table in psql.json(_FORCED, schemas=sorted(schemas))
    ]
