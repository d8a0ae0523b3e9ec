"""A PostgreSQL to throw away, where a source is loaded and brought into shape before the service sees any of it.

A foreign dump is a program that somebody else wrote, plain SQL above all: psql obeys `\\!` and COPY … PROGRAM. So it
runs in a separate container, with the service's image, as an ordinary user without capabilities, network, or a file
of the server. What leaves it is a dump that pg_dump wrote there, and the service loads that as the app's role.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from host.core.errors import HostError
from host.core.host import Host
from host.database import settings
from host.dokku.containers import runs, throw_away
from host.dumps.container_file import ContainerFile
from host.loading.guard import source_guarded
from host.postgres.psql import QUIET, Psql, SqlError

SOURCE = "petbase_source"
"""The database that a source is loaded into, unless it makes one itself."""

_CLOSED = ("--network", "none", "--user", "postgres", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
_LIMITS = ("--pids-limit", "256", "--memory", "1g")
# Nothing here has to survive; and /dev/shm of a container is too small for parallel workers.
_OPTIONS = (
    *("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off", "lc_messages=C"),
    *("max_locks_per_transaction=1024", "max_parallel_workers_per_gather=0", "max_parallel_maintenance_workers=0"),
)
_TRIES, _PAUSE_SECONDS = 120, 0.5
# The image makes the cluster with a temporary server, which ends again; only the next one is meant.
_MAKING, _MADE, _READY = "The files belonging to this", "init process complete", "ready to accept connections"
_CREATE = r"""
SELECT format('CREATE DATABASE %I TEMPLATE template0', :'name') \gexec
"""

_ROLE = r"""
SELECT format('CREATE ROLE %I NOLOGIN', :'role') \gexec
"""


@dataclass(frozen=True)
class Staging:
    """The container, and the database in it that holds the source."""

    host: Host
    service: str
    database: str = SOURCE

    @property
    def name(self) -> str:
        """The container's name."""
        return throw_away("import", self.service)

    @property
    def psql(self) -> Psql:
        """The superuser there. Event triggers of the source have no say."""
        return Psql(self.host, self.service, self.database, options=QUIET, where=self.name)

    def in_database(self, name: str) -> "Staging":
        """The same with another database of it."""
        return replace(self, database=name)

    def make_role(self, role: str) -> None:
        """The app's role, which the source may name."""
        self.psql.execute(_ROLE, role=role)

    def file(self, name: str) -> ContainerFile:
        """A file in its /tmp."""
        return ContainerFile(self.host, self.service, f"/tmp/{name}", self.name)


@contextmanager
def staging(host: Host, service: str) -> Iterator[Staging]:
    """A staging container for the length of a block; it ends by itself before the disk is full, and after a day."""
    found = Staging(host, service)
    _remove(found)
    try:
        _start(found)
        _wait(found)
        with source_guarded(host, lambda: _remove(found)):
            replace(found.psql, database="postgres").execute(_CREATE, name=SOURCE)
            yield found
    finally:
        _remove(found)


def image_of(host: Host, service: str) -> str:
    """The image of the service, with its tag."""
    return settings.read(host, service).tag


def _start(found: Staging) -> None:
    image = image_of(found.host, found.service)
    options = [word for option in _OPTIONS for word in ("-c", option)]
    how = [*_CLOSED, *_LIMITS, "--env", "POSTGRES_HOST_AUTH_METHOD=trust"]
    answer = found.host.ask("docker", "run", "--detach", "--name", found.name, *how, image, *options)
    if not answer.ok:
        raise HostError(
            f"Docker does not start a container of {image}; nothing was changed. Look at: df --human-readable, docker "
            "ps --all",
            answer.output,
        )


def _wait(found: Staging) -> None:
    for _ in range(_TRIES):
        log = found.host.ask("docker", "logs", found.name).output
        _, made, after = log.rpartition(_MADE)
        if _READY in after and (made or _MAKING not in after) and _answers(found):
            return
        if not runs(found.host, found.name):
            break
        found.host.sleep(_PAUSE_SECONDS)
    raise HostError(
        "the PostgreSQL to load the source into does not start; nothing was changed. Look at: docker ps "
        "--all, df --human-readable",
        log,
    )


def _answers(found: Staging) -> bool:
    try:
        return replace(found.psql, database="postgres").value("SELECT 1") == "1"
    except SqlError:
        return False


def _remove(found: Staging) -> None:
    # What reads the source too: it would go on for as long as the source sends anything.
    names = found.name, throw_away("source", found.service)
    found.host.ask("docker", "rm", "--force", "--volumes", *names)
