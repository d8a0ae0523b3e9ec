"""A whole database in the live one's place: both names change in one transaction, or neither."""

from collections.abc import Iterator
from contextlib import contextmanager

from host.core.errors import HostError
from host.core.host import Host
from host.placing.note import NEVER_LIVE, Note
from host.postgres.psql import SqlError, beside, database_name, script
from host.scratch.database import oid_of

# Sessions of both databases end until the names have changed, and that of `holder` last: its locks have kept
# out all writes. A client that connects now waits until the rename is done, and gets the new database.
_END_SESSIONS = """
SELECT set_config('petbase.live', :'live', false), set_config('petbase.new', :'new', false),
  set_config('petbase.holder', :'holder', false), set_config('petbase.name', :'name', false);
DO $$
BEGIN
  FOR turn IN 1..80 LOOP
    PERFORM pg_stat_clear_snapshot();
    PERFORM pg_terminate_backend(pid) FROM (
      SELECT pid, bool_and(pid = current_setting('petbase.holder')::int) OVER () AS alone FROM pg_stat_activity
        WHERE datid IN (current_setting('petbase.live')::oid, current_setting('petbase.new')::oid)) AS sessions
      WHERE alone OR pid <> current_setting('petbase.holder')::int;
    PERFORM pg_sleep(0.1);
    EXIT WHEN NOT EXISTS (SELECT FROM pg_database WHERE oid = current_setting('petbase.live')::oid
      AND datname = current_setting('petbase.name'));
  END LOOP;
END $$;
"""
_RENAME = r"""
BEGIN;
ALTER DATABASE :"live" RENAME TO :"old";
ALTER DATABASE :"new" RENAME TO :"live";
COMMENT ON DATABASE :"live" IS NULL;
COMMENT ON DATABASE :"old" IS :'note';
SELECT format('REVOKE ALL ON DATABASE %I FROM %I CASCADE', :'old', rolname) FROM pg_database, aclexplode(datacl)
  JOIN pg_roles r ON r.oid = grantee WHERE datname = :'old' AND grantee <> datdba \gexec
COMMIT;
"""
_RENAME_ASIDE = """
BEGIN;
ALTER DATABASE :"new" RENAME TO :"name";
COMMENT ON DATABASE :"name" IS :'note';
COMMIT;
"""


def swap_database(host: Host, service: str, new: str, note: Note, holder: int = 0) -> str:
    """The live database gets a dated name, `new` the live one's; the dated name. No app's role opens the old one.

    `holder` is the process of a session that holds locks until then. HostError where nothing has changed.
    """
    live, psql = database_name(service), beside(host, service)
    old = note.aside_name(live)
    oids = {"live": oid_of(host, service, live), "new": oid_of(host, service, new)}
    if not all(oids.values()):
        raise HostError(f"{service} has no database {live if not oids['live'] else new}")
    with _ending_sessions(host, service, holder, **oids):
        try:
            psql.execute(_RENAME, live=live, new=new, old=old, note=note.text(live))
        except SqlError as problem:
            # A connection that broke at the last word does not show whether the server received it.
            if oid_of(host, service, live) != oids["new"]:
                raise HostError(f"the databases could not change places: {problem.reason}", problem.tail) from None
    return old


def keep_beside(host: Host, service: str, new: str, name: str, note: Note) -> None:
    """Keep a restored database beside the live one, under a name that says so."""
    beside(host, service).execute(_RENAME_ASIDE, new=new, name=name, note=note.text(database_name(service), NEVER_LIVE))


@contextmanager
def _ending_sessions(host: Host, service: str, holder: int, live: str, new: str) -> Iterator[None]:
    """End sessions of both databases for the length of a block."""
    process = host.start(*beside(host, service).words())
    name = database_name(service)
    process.write(script(_END_SESSIONS, live=live, new=new, holder=holder, name=name))
    try:
        yield
    finally:
        process.finish()
