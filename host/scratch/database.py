"""Databases to throw away beside the live one, and what is left of a run that fails: nothing."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from host.core.errors import HostError
from host.core.host import Host
from host.loading import loaders
from host.postgres.psql import Psql, SqlError, beside, database_name, inside

RESTORED, DRILLED, SCHEMA_ONLY = "petbase_restore", "petbase_drill", "petbase_schema"
"""What a restore, a drill and a comparison load a dump into."""

# From template0, since what somebody put into template1 is in the dump too.
_CREATE = r"""
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', :'name',
    pg_encoding_to_char(encoding), datcollate, datctype)
  || CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', locale)
    WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', locale) ELSE '' END
  FROM pg_database d, COALESCE(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale
  WHERE datname = :'live' \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'name') \gexec
"""
# A restored subscription has never been connected, so its publisher keeps its own slot.
_UNSUBSCRIBE = r"""
SELECT format(command, subname) FROM pg_subscription JOIN pg_database d ON d.oid = subdbid,
  unnest(ARRAY['ALTER SUBSCRIPTION %I SET (slot_name = NONE)', 'DROP SUBSCRIPTION %I'])
  WITH ORDINALITY AS c (command, turn)
  WHERE datname = current_database() ORDER BY subname, turn \gexec
"""
_OID = "SELECT oid FROM pg_database WHERE datname = :'name'"


def create_like_live(host: Host, service: str, name: str) -> None:
    """An empty database with the live one's encoding and sorting, which no app may open. What had the name goes."""
    drop_scratch(host, service, name)
    beside(host, service).execute(_CREATE, name=name, live=database_name(service))


def drop_scratch(host: Host, service: str, name: str) -> None:
    """Drop a database and the loading roles that it was the last to need. Nothing to do where there is none."""
    if not _dropped(host, service, name):
        # A database with a subscription cannot go.
        inside(host, service, name).execute(_UNSUBSCRIBE)
        if not _dropped(host, service, name):
            raise HostError(
                f"{service}: the database {name} could not be dropped. Look at: dokku postgres:logs {service}"
            )
    loaders.forget(host, service)


def oid_of(host: Host, service: str, name: str) -> str:
    """A database's oid; "" where there is none."""
    return beside(host, service).value(_OID, name=name)


def _dropped(host: Host, service: str, name: str) -> bool:
    """A limit of time of the server's could end it half way, which leaves a database that nobody can use."""
    words = ["dropdb", "--username", "postgres", "--if-exists", "--force", name]
    return host.ask(*Psql(host, service).program(*words)).ok


@contextmanager
def tidied(host: Host, service: str) -> Iterator[None]:
    """Leave nothing behind but what was asked for, and say of a failure that nothing was changed."""
    try:
        with unchanged_on_failure(service):
            yield
    finally:
        with suppress(HostError):
            drop_scratch(host, service, RESTORED)


@contextmanager
def unchanged_on_failure(service: str) -> Iterator[None]:
    """Say of a failure in the block that the live data is as it was."""
    try:
        yield
    except HostError as problem:
        why = problem.reason if isinstance(problem, SqlError) else str(problem)
        raise HostError(
            f"{service} is as it was: {why}. First mend that, or choose another dump: ./petbase backups",
            problem.tail,
            problem.cause,
        ) from None
