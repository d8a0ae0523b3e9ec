"""Docker's containers, all by one question: `docker inspect` and Dokku's reports ask for each one anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from host.core import files
from host.core.host import Host

Purpose = Literal["files", "import", "source", "trial"]
"""What a container of Petbase's own is for, which does not outlive the run that starts it."""
_FORMAT = "{{.ID}} {{.Names}} {{.State}}"


@dataclass(frozen=True)
class Container:
    """A container. `state` is Docker's word: running, exited, restarting …"""

    id: str
    name: str
    state: str


def containers(host: Host) -> tuple[Container, ...]:
    """Every container, the stopped ones too. HostError where Docker does not answer."""
    lines = host.run("docker", "ps", "--all", "--no-trunc", "--format", _FORMAT).splitlines()
    rows = (words for line in lines if len(words := line.split()) == 3)
    return tuple(Container(identity, _own(names), state) for identity, names, state in rows)


def runs(host: Host, name: str) -> bool:
    """Whether a container runs; not where there is none, or Docker does not answer."""
    state = host.ask("docker", "inspect", "--type", "container", "--format", "{{.State.Running}}", name)
    return state.stdout.strip() == "true"


def _own(names: str) -> str:
    """--no-trunc also prints linked containers' names for it: dokku.postgres.db,fruits.web.1/dokku-postgres-db."""
    return next((name for name in names.split(",") if "/" not in name), names)


def app_container_ids(host: Host, app: str) -> list[str]:
    """The containers that Dokku counts as the app's processes, by the files that its ps:report reads."""
    folder = host.path(f"/home/dokku/{app}")
    found = [*folder.glob("CONTAINER"), *sorted(folder.glob("CONTAINER.*"))]
    return [identity for file in found if (identity := file.read_text().strip())]


def was_deployed(host: Host, app: str) -> bool:
    """Whether the app was ever deployed. What Dokku noted counts, also where no container is left."""
    noted = files.read(host.path(f"/var/lib/dokku/config/common/{app}/deployed")).strip()
    return noted == "true" if noted else bool(app_container_ids(host, app))


def throw_away(purpose: Purpose, service: str) -> str:
    """The name of a container that is for a run on this service alone."""
    return f"petbase.{purpose}.{service}"


def thrown_away(found: Iterable[Container], service: str) -> tuple[Purpose, ...]:
    """What such containers are there for."""
    names = {one.name for one in found}
    return tuple(purpose for purpose in get_args(Purpose) if throw_away(purpose, service) in names)
