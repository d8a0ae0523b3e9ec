"""A service that is made, and one whose making was cut off."""

from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import FOUND, MADE, MAKING, owner_of, record
from host.database import health, settings, trial
from host.database.settings import Settings
from host.dokku import services
from host.postgres.psql import Psql, SqlError, database_name
from host.postgres.schema_record import PETBASE

_HAS_DATABASE = "SELECT count(*) FROM pg_database WHERE datname = :'name';"
_TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f') AND nspname !~ '^(pg_|information_schema$)' AND nspname <> :'petbase';
"""


def ensure_exists(host: Host, service: str, wanted: Settings) -> None:
    """Make the service unless it is there; one that was there before Petbase is noted as found."""
    thing = f"services/{service}"
    present = services.service_exists(host, service)
    if present and _is_half_made(host, service):
        host.step(f"{service}: its creation was cut off and left no data, starting over")
        host.dokku("postgres:destroy", service, "--force")
        present = False
    if not present:
        _create(host, service, wanted)
    elif owner_of(host, thing) is None:
        host.step(f"{service}: was here already, stays")
        record(host, thing, FOUND)


def record_made(host: Host, service: str) -> None:
    """Note that the service is complete; from now on nothing destroys it because of what it lacks."""
    owner = owner_of(host, f"services/{service}")
    if owner and owner.how == MAKING:
        record(host, f"services/{service}", MADE)


def count_tables(host: Host, service: str, database: str = "") -> int:
    """How many tables and materialized views a database holds outside the system's schemas; the service's own.

    What Petbase itself remembers there does not count: a database that was linked and never used is empty.
    """
    return int(Psql(host, service, database).value(_TABLES, petbase=PETBASE))


def _create(host: Host, service: str, wanted: Settings) -> None:
    if wanted.options or wanted.memory:
        trial.require_start(host, service, settings.reserving(wanted))
    host.step(f"{service}: creating PostgreSQL {wanted.version}")
    record(host, f"services/{service}", MAKING)
    host.dokku("postgres:create", service, *settings.reserving(wanted).words, *wanted.limit)


def _is_half_made(host: Host, service: str) -> bool:
    """Whether a creation was cut off, and nothing can be in what it left.

    Such a service "exists" and may even run, without its database and without TLS (contract 648-657). It is removed
    only when this program began it and never finished it, and it holds no cluster or no table.
    """
    owner = owner_of(host, f"services/{service}")
    if owner is None or owner.how != MAKING:
        return False
    if not any((services.folder(host, service) / "data").rglob("PG_VERSION")):
        return True
    health.start(host, service)
    try:
        made = Psql(host, service, "postgres").value(_HAS_DATABASE, name=database_name(service))
        return made == "0" or count_tables(host, service) == 0
    except SqlError as problem:
        raise HostError(
            f"{service} is half made and cannot be queried, so it was left alone. Look at: dokku postgres:logs "
            f"{service}",
            problem.tail,
        ) from None
