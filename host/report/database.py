"""The database service: its container, who is linked to it, and what PostgreSQL says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from host.core import files
from host.core.errors import HostError
from host.core.fact import Fact, fact
from host.core.host import Host
from host.dokku import services
from host.dokku.containers import Container
from host.postgres.psql import container
from host.report.model.database import DatabaseReport
from host.report.postgres import foreign_objects, report_postgres
from host.report.rights.report import report_rights

_PORT = 5432
_MISSING = "missing"


def report_database(host: Host, service: str, containers: Fact[tuple[Container, ...]]) -> DatabaseReport:
    """Everything about the service, from the plugin's own files where it only prints those."""
    folder = services.folder(host, service)
    with ThreadPoolExecutor(3) as pool:
        postgres = pool.submit(fact, host, lambda: report_postgres(host, service))
        foreign = pool.submit(fact, host, lambda: foreign_objects(host, service))
        rights = pool.submit(fact, host, lambda: report_rights(host, service))
    return DatabaseReport(
        status=service_status(service, containers),
        exposed=fact(host, lambda: _exposed(files.read(folder / "PORT"))),
        links=fact(host, lambda: _links(host, service)),
        postgres=postgres.result(),
        foreign_objects=foreign.result(),
        rights=rights.result(),
    )


def service_status(service: str, containers: Fact[tuple[Container, ...]]) -> Fact[str]:
    """Docker's word for the service's container, or `missing`."""
    return containers.then(lambda found: _status(container(service), found))


def _status(name: str, containers: Sequence[Container]) -> str:
    return next((one.state for one in containers if one.name == name), _MISSING)


def _links(host: Host, service: str) -> tuple[str, ...]:
    folder = services.folder(host, service)
    if not folder.exists():
        raise HostError(f"the database {service} is not on this server. Look at: dokku postgres:list")
    return tuple(files.read(folder / "LINKS").split())


def _exposed(ports: str) -> str:
    """As `postgres:info --exposed-ports` has it, such as 5432->15432; "" where it is not exposed."""
    return f"{_PORT}->{ports.split(maxsplit=1)[0]}" if ports.split() else ""
