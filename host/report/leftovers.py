"""What runs that were cut off left on the server, and who is at work on it now."""

from collections.abc import Iterator
from contextlib import suppress

from host.core.errors import HostError
from host.core.fact import Fact, fact
from host.core.host import Host
from host.core.lock import is_held
from host.core.ownership import MAKING, owner_of
from host.dokku.containers import Container, thrown_away
from host.dumps.container_file import ContainerFile
from host.postgres.psql import live
from host.report.model.doctor import DumpCopy, HalfMade, Leftovers, PartialDump
from host.restore.set_aside import old_services, set_aside
from host.server import install, plugin, upgrade

_SERVER_STATES = {
    install.INSTALLING: "Dokku",
    upgrade.UPGRADING: "Dokku",
    plugin.INSTALLING: "dokku-postgres",
    plugin.UPGRADING: "dokku-postgres",
}
_LOCK = "petbase."
_PART = ".part"
_COPY = "/tmp/petbase_"
_COPIES = 'for file in "$1"*; do if [ -e "$file" ]; then stat -c "%s %Y %n" "$file"; fi; done'


def report_leftovers(host: Host, service: str, docker: Fact[tuple[Container, ...]]) -> Leftovers:
    """What is remembered as begun and not as ended, and dumps that lie about."""
    return Leftovers(
        half_made=tuple(_half_made(host)),
        partial_dumps=tuple(_partial_dumps(host, service)),
        dump_copies=fact(host, lambda: tuple(_dump_copies(host, service))),
        set_aside=fact(host, lambda: tuple(set_aside(live(host, service)))),
        old_services=fact(host, lambda: tuple(old_services(host, service))),
        containers=thrown_away(docker.value or (), service),
    )


def busy(host: Host) -> tuple[str, ...]:
    """The locks that runs hold now, by name: what they work on looks half made."""
    files = sorted(host.path("/run/lock").glob(f"{_LOCK}*.lock"))
    return tuple(file.name.removeprefix(_LOCK).removesuffix(".lock") for file in files if is_held(file))


def _half_made(host: Host) -> Iterator[HalfMade]:
    for state, name in _SERVER_STATES.items():
        if host.state.exists(state):
            yield HalfMade("server", name)
    for app in host.state.names("apps"):
        if _is_being_made(host, f"apps/{app}"):
            yield HalfMade("app", app)
        if host.state.exists(f"apps/{app}/rename"):
            yield HalfMade("rename", app)
        if host.state.exists(f"apps/{app}/restart"):
            yield HalfMade("restart", app)
    for service in host.state.names("services"):
        if host.state.exists(f"services/{service}/upgrade"):
            yield HalfMade("upgrade", service)
        elif _is_being_made(host, f"services/{service}"):
            yield HalfMade("service", service)


def _is_being_made(host: Host, thing: str) -> bool:
    owner = owner_of(host, thing)
    return owner is not None and owner.how == MAKING


def _partial_dumps(host: Host, service: str) -> Iterator[PartialDump]:
    for file in sorted(host.state.path(f"services/{service}/restores").glob(f"*{_PART}")):
        # One that has just come to its end is gone.
        with suppress(FileNotFoundError):
            yield PartialDump(file.name.removesuffix(_PART), int(file.stat().st_mtime))


def _dump_copies(host: Host, service: str) -> Iterator[DumpCopy]:
    """Copies in the container; a container that is stopped or gone holds none that could be seen."""
    answer = ContainerFile(host, service, _COPY).exec("sh", "-c", _COPIES, "sh", _COPY)
    if not answer.ok:
        raise HostError(
            f"the container of {service} does not answer. Look at: dokku postgres:info {service}", answer.output
        )
    for line in answer.stdout.splitlines():
        size, changed, path = line.split(" ", 2)
        yield DumpCopy(path.removeprefix(_COPY), int(size), int(changed))
