"""Whether a service runs, and whether PostgreSQL in it answers a query."""

from host.core.errors import HostError
from host.core.host import Host
from host.postgres.psql import Psql, SqlError

_TRIES = 30
_PAUSE_SECONDS = 2


def start(host: Host, service: str) -> None:
    """Start the service unless it runs."""
    if host.dokku("postgres:info", service, "--status").strip() == "running":
        return
    host.step(f"{service}: starting PostgreSQL")
    host.dokku("postgres:start", service)


def require_answer(host: Host, service: str) -> None:
    """Start the service unless it runs, and wait until a query in its own database answers; HostError after a minute.

    Only the exit code and the answer count: a server may print warnings at every connection, as of another collation
    version, and still be well.
    """
    start(host, service)
    problem = ""
    for _ in range(_TRIES):
        try:
            if Psql(host, service).value("SELECT 1;") == "1":
                return
        except SqlError as error:
            problem = error.reason
        host.sleep(_PAUSE_SECONDS)
    raise HostError(
        f"{service} does not answer a query ({problem or 'no answer'}); its data was not touched. Look at: dokku "
        f"postgres:logs {service}"
    )
