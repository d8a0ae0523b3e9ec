"""What the dump does not have, taken along as it is: an app that is newer than the dump must not lose its data.

So too the live data of an app whose data in the dump cannot be restored. From its copy on, writes to it wait until the
databases have changed places: one session holds locks that end with it, wherever this program is cut.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import ContainerFile
from host.loading.search_paths import of_roles
from host.postgres.locks import holding
from host.postgres.psql import database_name, inside, live
from host.postgres.roles import EXTENSIONS
from host.scratch.dump_schemas import WORK_FILE, dump_schemas
from host.scratch.load import Loaded, Scope, load
from host.values.prepared_transactions import HOW_TO_ROLL_BACK
from host.values.text import printable

_SCHEMAS = """
SELECT COALESCE(json_agg(nspname ORDER BY nspname), '[]') FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'petbase', :'extensions')
"""
_EXTENSIONS = """
SELECT COALESCE(json_agg(json_build_object('name', extname, 'schema', nspname)), '[]') FROM pg_extension
  JOIN pg_namespace n ON n.oid = extnamespace WHERE nspname IN (SELECT json_array_elements_text(:'schemas'))
"""
_INSTALL = r"""
SET client_min_messages = warning;
SELECT format('CREATE SCHEMA IF NOT EXISTS %I', schema) FROM json_to_recordset(:'extensions') AS e (schema text) \gexec
SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I CASCADE', name, schema)
  FROM json_to_recordset(:'extensions') AS e (name text, schema text) \gexec
"""
_LOCK = r"""
BEGIN;
SET LOCAL lock_timeout = '30s';
SELECT format('LOCK TABLE %I.%I IN SHARE MODE', nspname, relname)
  FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p') AND nspname IN (SELECT json_array_elements_text(:'schemas')) ORDER BY 1 \gexec
SELECT pg_backend_pid();
"""
_PREPARED = """
SELECT COALESCE(json_agg(DISTINCT owner), '[]') FROM pg_prepared_xacts WHERE database = current_database()
"""
_LARGE_OBJECTS = """
SELECT count(*) FROM pg_largeobject_metadata JOIN pg_namespace ON nspowner = lomowner
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas')) AND lomowner <> 'postgres'::regrole
"""
_PUBLICATIONS = """
SELECT COALESCE(json_agg(DISTINCT pubname), '[]') FROM pg_publication_rel JOIN pg_publication p ON p.oid = prpubid
  JOIN pg_class c ON c.oid = prrelid JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas'))
"""


def live_schemas(host: Host, service: str) -> list[str]:
    """The schemas of the live database but the system's and Petbase's own."""
    found: list[str] = live(host, service).json(_SCHEMAS, extensions=EXTENSIONS)
    return found


def install_extensions(
    host: Host, service: str, source: str, target: str, schemas: Sequence[str] = ("public", EXTENSIONS)
) -> None:
    """Create in one database the extensions that another has, where all apps find them or in other schemas."""
    there = inside(host, service, source).json(_EXTENSIONS, schemas=schemas)
    if there:
        inside(host, service, target).execute(_INSTALL, extensions=there)


class NotTakenError(HostError):
    """Live data that could not be taken along. Nothing has changed."""


@dataclass(frozen=True)
class Kept:
    """Schemas whose live data is taken along. `holder` is the process that holds the locks, 0 where there is none."""

    schemas: tuple[str, ...] = ()
    holder: int = 0


@contextmanager
def taken_along(host: Host, service: str, target: str, held_back: Collection[str] = ()) -> Iterator[Kept]:
    """Copy what `target` lacks, and `held_back` schemas, out of the live database, and keep it as it is for the block.

    NotTakenError where it cannot be copied, or where the live database must keep its name.
    """
    _require_no_prepared(host, service)
    install_extensions(host, service, database_name(service), target)
    here, there = live_schemas(host, service), inside(host, service, target).json(_SCHEMAS, extensions=EXTENSIONS)
    schemas = [schema for schema in here if schema not in there or schema in held_back]
    if not schemas:
        yield Kept()
        return
    host.step(f"{service}: taking along what the dump does not have: {', '.join(map(printable, schemas))}")
    with ExitStack() as locks:
        try:
            _, holder = locks.enter_context(holding(live(host, service), _LOCK, schemas=schemas))
            _copy(host, service, target, schemas)
        except HostError as problem:
            raise NotTakenError(str(problem), problem.tail) from None
        yield Kept(tuple(schemas), holder)


def _require_no_prepared(host: Host, service: str) -> None:
    """A prepared transaction outlives every session, and PostgreSQL renames no database that has one."""
    if roles := live(host, service).json(_PREPARED):
        raise NotTakenError(
            f"a prepared transaction of the role {', '.join(map(printable, roles))} keeps the database in use. To end "
            f"it: {HOW_TO_ROLL_BACK}"
        )


def _copy(host: Host, service: str, target: str, schemas: Sequence[str]) -> None:
    large = live(host, service).value(_LARGE_OBJECTS, schemas=schemas)
    if large != "0":
        host.step(f"{service}: their large objects ({large}) stay in the old data, since they belong to no schema")
    published = live(host, service).json(_PUBLICATIONS, schemas=schemas)
    if published:
        host.step(
            f"{service}: publications of their tables stay in the old data: {', '.join(map(printable, published))}"
        )
    file = ContainerFile(host, service, WORK_FILE)
    try:
        dump_schemas(file, schemas, database_name(service))
        loaded = _load(file, target, schemas, Scope(alone=False, schemas=frozenset(schemas)))
        if loaded.failures:
            # What runs while it is loaded looks for names as the app's own sessions do.
            again = frozenset(schema for verdict in loaded.failures for schema in verdict.schemas)
            scope = Scope(alone=False, schemas=again, search_paths=of_roles(live(host, service)))
            loaded = _load(file, target, schemas, scope)
        loaded.require_all()
    finally:
        file.remove()


def _load(file: ContainerFile, target: str, schemas: Sequence[str], scope: Scope) -> Loaded:
    """A dump of schemas has none of their extensions; there is nothing of the apps that their scripts could trip over,
    nor after a load that failed.
    """
    install_extensions(file.host, file.service, database_name(file.service), target, schemas)
    return load(file.host, file.service, file, target, scope)
