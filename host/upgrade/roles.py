"""The roles of a cluster, with their passwords, memberships and settings, as another cluster gets them."""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import Host
from host.postgres.psql import Psql, SqlError, container

# The superuser is there already; the others are lines that a newer psql knows and an older one does not.
_LEFT_OUT = ("CREATE ROLE postgres;", "\\restrict ", "\\unrestrict ")


def copy_roles(host: Host, service: str, other: str) -> None:
    """Make the roles of `service` in `other`, and give its superuser the same password."""
    dumped = host.ask("docker", "exec", container(service), "pg_dumpall", "--username", "postgres", "--roles-only")
    if not dumped.ok:
        raise HostError("the roles could not be read", dumped.stderr)
    lines = [line for line in dumped.stdout.splitlines() if not line.startswith(_LEFT_OUT)]
    answer = host.ask(*Psql(host, other, "postgres").words(), stdin="\n".join([*lines, ""]))
    if not answer.ok:
        # Its whole output may show a line with the digest of a password.
        reason = SqlError("", answer.stderr, answer.code).reason
        raise HostError(f"the new PostgreSQL does not take the roles ({reason})")
