"""What tests of a load ask: a dump of the live database loaded into a new one, and who owns what there."""

from host.scratch.database import RESTORED, create_like_live
from host.scratch.load import WHOLE, Loaded, Scope, load
from tests.host.container import SERVICE, Container

OWNERS = """
SELECT DISTINCT nspname::text, relowner::regrole::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname !~ '^(pg_|information_schema)' AND nspname <> 'extensions' ORDER BY 1, 2
"""
LOADING_ROLES = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'petbase load %'"
ROLES = "SELECT rolname::text FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)' ORDER BY 1"
MIGHTY = "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolcreaterole OR rolcreatedb) AND rolname <> 'postgres'"
UNQUALIFIED = """
CREATE TABLE colors (name text); INSERT INTO colors VALUES ('red');
CREATE FUNCTION known(text) RETURNS bool LANGUAGE plpgsql AS
  $$ BEGIN RETURN EXISTS (SELECT FROM colors WHERE name = $1); END $$;
CREATE TABLE painted (color text CHECK (known(color))); INSERT INTO painted VALUES ('red');
"""
"""What no restore can load, with no malice: a check that finds another table by the search_path."""


def restored(container: Container, scope: Scope = WHOLE, into: str = RESTORED) -> Loaded:
    dump = container.dump()
    create_like_live(container.host, SERVICE, into)
    return load(container.host, SERVICE, dump, into, scope)


def verdicts(loaded: Loaded) -> dict[str, str]:
    """Why it could not be restored, by whose it is; "" for what is there."""
    return {verdict.name: verdict.error for verdict in loaded.verdicts}


def reader(container: Container, app: str, of: str) -> None:
    """An app that may read another one's tables, as the stack file's `reads` has it."""
    container.sql(f'CREATE ROLE "{of} readers"; GRANT "{of} readers" TO {app}')
    container.sql(f'GRANT USAGE ON SCHEMA {of} TO "{of} readers"')
    container.sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA {of} TO "{of} readers"')
