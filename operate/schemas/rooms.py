"""The rooms of the shared database as it counts them: schemas, who lives there, what is in them, who stayed behind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from operate.server.query import rows
from operate.server.ssh import Connection

# A role lives where its search_path begins (components/dokku/scripts/room.sh).
_LIVES_IN = """EXISTS (SELECT FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = r.oid
  AND starts_with(c || ',', 'search_path=' || quote_ident(nspname) || ','))"""
_SCHEMAS = f"""
SELECT nspname,
  (SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles r
    WHERE rolcanlogin AND NOT rolsuper AND (rolname = nspname OR {_LIVES_IN})),
  (SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles r
    WHERE NOT rolcanlogin AND (rolname = nspname OR {_LIVES_IN})),
  (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid AND relkind IN ('r', 'p', 'm', 'f')),
  (SELECT COALESCE(sum(GREATEST(reltuples, pg_stat_get_live_tuples(oid), 0)), 0)::bigint FROM pg_class
    WHERE relnamespace = n.oid AND relkind IN ('r', 'm')),
  (SELECT COALESCE(sum(pg_total_relation_size(oid)), 0) FROM pg_class
    WHERE relnamespace = n.oid AND relkind IN ('r', 'm'))
FROM pg_namespace n WHERE nspname !~ '^(pg_|information_schema$)' ORDER BY 1;
"""
_HOMELESS = f"""
SELECT rolname FROM pg_roles r WHERE NOT rolcanlogin AND EXISTS (SELECT FROM pg_db_role_setting WHERE setrole = r.oid)
  AND rolname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_namespace WHERE rolname = nspname OR {_LIVES_IN}) ORDER BY 1;
"""


@dataclass(frozen=True)
class Room:
    """A schema. `lodgers` may log in and live there, `closed` may not any more; `rows` is an estimate, `size` bytes."""

    schema: str
    lodgers: tuple[str, ...]
    closed: tuple[str, ...]
    tables: int
    rows: int
    size: int


@dataclass(frozen=True)
class Kept:
    """What stayed when an app went: its role, and its schema unless others live there."""

    name: str
    schema: bool
    tables: int = 0
    rows: int = 0
    size: int = 0


def rooms(connection: Connection, service: str) -> list[Room]:
    """Every schema but the system's, `public` among them."""
    found = rows(connection, service, _SCHEMAS, 6)
    return [
        Room(schema, tuple(lodgers.split()), tuple(closed.split()), int(tables), int(count), int(size))
        for schema, lodgers, closed, tables, count, size in found
    ]


def linked(connection: Connection, service: str) -> list[str]:
    """The apps that the service is linked to, of any stack."""
    return connection.run("dokku", "postgres:links", service).split()


def kept(connection: Connection, service: str) -> list[Kept]:
    """What stayed: a schema whose role is closed and where nobody lives, a closed role without a schema of its own."""
    here, apps = rooms(connection, service), linked(connection, service)
    homeless = [name for (name,) in rows(connection, service, _HOMELESS, 1)]
    found = [*_schemas(here, apps), *(Kept(name, schema=False) for name in _roles(here, homeless, apps))]
    return sorted(found, key=lambda one: one.name)


def _schemas(here: Sequence[Room], apps: Sequence[str]) -> Iterator[Kept]:
    for room in here:
        if room.schema in room.closed and not room.lodgers and room.schema not in apps:
            yield Kept(room.schema, schema=True, tables=room.tables, rows=room.rows, size=room.size)


def _roles(here: Sequence[Room], homeless: Sequence[str], apps: Sequence[str]) -> Iterator[str]:
    """Closed roles: of a schema that has another's name, or of none; the group role of a schema is part of it."""
    schemas = {room.schema for room in here}
    for name in {*homeless, *(role for room in here for role in room.closed)}:
        if name not in schemas and name not in apps:
            yield name
