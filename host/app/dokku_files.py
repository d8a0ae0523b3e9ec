"""Dokku's own files about an app that runs: its containers, its names, nginx's configuration. Are any gone?

Without one the app fails unnoticed: Dokku forgets a container, or nginx sends it no visitors.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from host.core import files
from host.core.host import Host
from host.dokku.containers import Container, app_container_ids, was_deployed


@dataclass(frozen=True)
class Gap:
    """`says` is what is wrong with an app, "" for nothing. `verb` is what Dokku is asked for, "" where the app's own
    command mends it.
    """

    says: str = ""
    verb: str = ""


def gap(host: Host, app: str, containers: Iterable[Container]) -> Gap | None:
    """The first thing that is missing of an app that was deployed; None for nothing, and for one that was not.

    Dokku is asked only where a file is missing: it may be meant to.
    """
    return next(_gaps(host, app, [one for one in containers if one.state == "running"]), None)


def _gaps(host: Host, app: str, running: list[Container]) -> Iterator[Gap]:
    home = host.path(f"/home/dokku/{app}")
    noted = {file.name for file in home.glob("CONTAINER*")}
    # While a deploy is under way a container has a longer name.
    kept = {f"CONTAINER.{name}" for one in running if (name := _process(app, one.name))}
    for name in sorted(kept - noted):
        yield Gap(f"runs, but {home}/{name} is gone, so Dokku does not know of the container", f"ps:rebuild {app}")
    if not kept and not app_container_ids(host, app) and was_deployed(host, app) and _is_scaled(host, app):
        yield Gap("does not run: Dokku knows of no container", f"ps:rebuild {app}")
    if not any(name.startswith("CONTAINER.web.") for name in noted):
        return
    config = files.read(home / "nginx.conf")
    if "listen" not in config and _is_proxied(host, app):
        yield Gap("is not reached: nginx has no configuration of it", f"proxy:build-config {app}")
    if not files.read(home / "VHOST").split() and _has_names(host, app):
        yield Gap(f"answers to no name: {home}/VHOST is gone or empty")


def _process(app: str, name: str) -> str:
    """As `web.1`; "" for a container of anything else."""
    kind, _, number = name.removeprefix(f"{app}.").rpartition(".")
    return f"{kind}.{number}" if name.startswith(f"{app}.") and number.isdecimal() and kind.isalnum() else ""


def _is_scaled(host: Host, app: str) -> bool:
    lines = host.ask("dokku", "--quiet", "ps:scale", app).stdout.splitlines()
    return any(line.rpartition(":")[2].strip() not in ("", "0") for line in lines)


def _is_proxied(host: Host, app: str) -> bool:
    """By nginx; an answer that is not known counts as yes."""
    enabled = host.ask("dokku", "proxy:report", app, "--proxy-enabled").stdout.strip()
    by = host.ask("dokku", "proxy:report", app, "--proxy-computed-type").stdout.strip()
    return enabled != "false" and by in ("", "nginx")


def _has_names(host: Host, app: str) -> bool:
    return host.ask("dokku", "domains:report", app, "--domains-app-enabled").stdout.strip() != "false"
