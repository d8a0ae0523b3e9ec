"""What a loading role may see of another's things: what the live role may, and while nothing else is there to see.

A view, a column's type, a foreign key or a trigger may need what is in another app's schema.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from host.archive.order import Visit
from host.archive.shares import SHARED, Kind, Loader
from host.loading.loaders import Loaders
from host.loading.outside import Need
from host.postgres.psql import Psql

# A guest may look up names, and no more: a function that runs with its owner's rights would be a way to that owner's
# rows, and a dump does not say who may call it.
_GUESTS = """
CREATE TEMPORARY TABLE visits AS
  SELECT v.* FROM json_to_recordset(:'visits') AS v (enters text, schema text, refers_to text, role text)
  JOIN pg_namespace ON nspname = schema;
CREATE TEMPORARY VIEW definers AS SELECT p.oid::regprocedure AS name, proacl FROM pg_proc p
  JOIN pg_namespace n ON n.oid = pronamespace
  WHERE prosecdef AND nspname IN (SELECT enters FROM visits) AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e');
"""
_INVITE = (
    _GUESTS
    + r"""
SELECT format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', name) FROM definers WHERE proacl IS NULL \gexec
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', enters, role) FROM visits WHERE enters <> '' \gexec
SELECT format('GRANT REFERENCES ON %I.%I TO %I', schema, refers_to, role) FROM visits WHERE refers_to <> '' \gexec
"""
)
_SEND_HOME = (
    _GUESTS
    + r"""
SELECT format('REVOKE ALL ON %I.%I FROM %I', schema, refers_to, role) FROM visits WHERE refers_to <> '' \gexec
SELECT format('REVOKE USAGE ON SCHEMA %I FROM %I', enters, role) FROM visits WHERE enters <> '' \gexec
SELECT format('GRANT EXECUTE ON ROUTINE %s TO PUBLIC', name) FROM definers WHERE proacl IS NOT NULL \gexec
"""
)
_LET_READ = r"""
CREATE TEMPORARY TABLE reads AS
  SELECT n.oid, schema, tables, columns, role
  FROM json_to_recordset(:'reads') AS r (schema text, tables text, columns jsonb, role text)
  JOIN pg_namespace n ON nspname = schema;
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', schema, role) FROM reads \gexec
SELECT format('GRANT SELECT %s ON %s TO %I', list, c.oid::regclass, role)
  FROM reads JOIN pg_class c ON relnamespace = reads.oid
  CROSS JOIN LATERAL (SELECT CASE WHEN columns = '[]' THEN '' ELSE (
    SELECT '(' || string_agg(quote_ident(attname), ', ') || ')' FROM pg_attribute
    WHERE attrelid = c.oid AND NOT attisdropped AND columns ? attname) END) AS l (list)
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND (tables = '' OR relname = tables) AND list IS NOT NULL \gexec
"""
# By the stack file (members of "NAME readers"), or by a grant on a table or its columns that somebody gave by hand.
_READS = """
SELECT COALESCE(json_agg(json_build_array(role, schema, tables, columns)), '[]') FROM (
  SELECT m.rolname AS role, left(g.rolname, -length(' readers')) AS schema, '' AS tables, '[]'::jsonb AS columns
    FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member
    WHERE g.rolname LIKE '% readers'
  UNION SELECT role, schema, tables, CASE WHEN has_table_privilege(r.oid, c.oid, 'SELECT') THEN '[]' ELSE (
      SELECT jsonb_agg(attname) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        AND has_column_privilege(r.oid, c.oid, attnum, 'SELECT')) END
    FROM json_to_recordset(:'asked') AS a (role text, schema text, tables text)
    JOIN pg_namespace n ON nspname = schema JOIN pg_class c ON relnamespace = n.oid AND relname = tables
    JOIN pg_roles r ON rolname = role
    WHERE has_schema_privilege(r.oid, n.oid, 'USAGE') AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
) AS reads
"""
_RELATIONS = {"TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"}


class Reads:
    """Who may read what: an app's loading role, a schema, one table or "" for all, and columns or none for all."""

    def __init__(self, allowed: Iterable[tuple[Loader, str, str, tuple[str, ...]]]) -> None:
        self._allowed = set(allowed)

    def of(self, loader: Loader) -> list[tuple[str, str, tuple[str, ...]]]:
        """The schemas that it may read, each with its table or "" and the columns."""
        return sorted(found[1:] for found in self._allowed if found[0] == loader)

    def covers(self, visit: Visit) -> bool:
        """Whether the guest has a right to be there."""
        return any(one == visit.loader and schema == visit.schema for one, schema, *_ in self._allowed)

    def schemas(self, loader: Loader) -> set[str]:
        """The schemas that it may read something of."""
        return {schema for schema, *_ in self.of(loader)}


NOTHING = Reads(())


def allowed(live: Psql, visits: Sequence[Visit]) -> Reads:
    """What the live database lets its roles read of what these visits are about. The superuser may read all of it."""
    relations = [visit for visit in visits if visit.needed.kind in _RELATIONS]
    asked = [
        {"role": visit.loader.name, "schema": visit.schema, "tables": visit.needed.tag}
        for visit in relations
        if visit.loader.kind is Kind.APP
    ]
    found = [
        (Loader(Kind.APP, role), schema, table, tuple(columns))
        for role, schema, table, columns in live.json(_READS, asked=asked)
    ]
    shared = [(one.loader, one.schema, one.needed.tag, ()) for one in relations if one.loader == SHARED]
    return Reads([*found, *shared])


def let_read(loaders: Loaders, loader: Loader, reads: Reads) -> None:
    """Give a loading role the sight that its live role has."""
    wanted = [
        {"schema": schema, "tables": table, "columns": columns, "role": loaders.role(loader)}
        for schema, table, columns in reads.of(loader)
    ]
    if wanted:
        loaders.psql.execute(_LET_READ, reads=wanted)


@contextmanager
def invited(loaders: Loaders, visits: Iterable[Visit], reads: Reads = NOTHING) -> Iterator[None]:
    """Let loading roles look up names in others' schemas for the length of a block; some may by `reads` anyway."""
    with _open(loaders, (_row(loaders, visit, reads) for visit in visits)):
        yield


@contextmanager
def at_home(loaders: Loaders, needs: Iterable[Need]) -> Iterator[None]:
    """The same for what is needed of schemas that were there before."""
    apps = {loader.name: [role] for loader, role in loaders.roles.items() if loader.kind is Kind.APP}
    others = [role for loader, role in loaders.roles.items() if loader.kind in (Kind.SHARED, Kind.ASIDE)]
    rows = [(need.schema, need.schema, need.refers_to, role) for need in needs for role in apps.get(need.owner, others)]
    with _open(loaders, rows):
        yield


Row = tuple[str, str, str, str]


@contextmanager
def _open(loaders: Loaders, rows: Iterable[Row]) -> Iterator[None]:
    wanted = [dict(zip(("enters", "schema", "refers_to", "role"), row, strict=True)) for row in dict.fromkeys(rows)]
    if not wanted:
        yield
        return
    loaders.psql.execute(_INVITE, visits=wanted)
    yield
    loaders.psql.execute(_SEND_HOME, visits=wanted)


def _row(loaders: Loaders, visit: Visit, reads: Reads) -> Row:
    refers = visit.needed.tag if visit.entry.kind == "FK CONSTRAINT" and visit.needed.kind == "TABLE" else ""
    may_already = (visit.loader, visit.schema) in loaders.guests or reads.covers(visit)
    return "" if may_already else visit.schema, visit.schema, refers, loaders.role(visit.loader)
