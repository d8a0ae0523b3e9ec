"""psql sessions of the superuser in databases that hold what tenants wrote."""

from __future__ import annotations

from host.core.host import Host
from host.postgres.psql import PLAIN, Psql

# A dump's event triggers, one that forbids all changes among them, have no say in what is made of it.
QUIET = (("session_replication_role", "replica"), *PLAIN)


def inside(host: Host, service: str, database: str) -> Psql:
    """The superuser in a database that a dump is loaded into."""
    return Psql(host, service, database, options=QUIET)


def beside(host: Host, service: str) -> Psql:
    """The superuser in the database `postgres`, from where other databases are made, renamed and dropped."""
    return Psql(host, service, "postgres", options=QUIET)


def live(host: Host, service: str) -> Psql:
    """The superuser in the live database. Its own event triggers count."""
    return Psql(host, service)
