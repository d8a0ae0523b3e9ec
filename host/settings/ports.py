"""Ports: what the proxy opens, and where the app listens."""

from collections.abc import Collection, Sequence

from host.core.host import Host
from host.settings.kind import Kind


def _present(host: Host, app: str) -> list[str]:
    return host.dokku("ports:report", app, "--ports-map").split()


def _apply(host: Host, app: str, declared: Sequence[str], gone: Collection[str]) -> None:
    """Dokku rebuilds nginx at once; no restart is needed. It keeps ports in its own order."""
    if declared:
        if sorted(_present(host, app)) != sorted(declared):
            host.step(f"{app}: ports {' '.join(declared)}")
            host.dokku("ports:set", app, *declared)
    elif gone:
        host.step(f"{app}: ports as Dokku finds them")
        host.dokku("ports:clear", app)


PORTS = Kind("ports", _apply, _present, exact=True)
