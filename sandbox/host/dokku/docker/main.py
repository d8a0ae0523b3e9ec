"""A stand-in for the `docker` command, which runs this module: the few words that are used next to Dokku.

`exec` runs a command beside the service's server, with its environment and without the host's files; `build` keeps
a Dockerfile's ENV lines only.
"""

import os
from collections.abc import Callable, Iterator

from sandbox.host.dokku.core import fault, files, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.docker import build, clients, container, inspecting, run, servers
from sandbox.host.dokku.docker.flags import parse
from sandbox.host.dokku.postgres import links, service
from sandbox.host.dokku.postgres.server import client, server
from sandbox.host.dokku.processes import processes
from sandbox.host.systemd.daemons import DOCKER_IN_FORCE

_PREFIX = "dokku.postgres."


def _service(container: str) -> str:
    name = container.removeprefix(_PREFIX)
    if not container.startswith(_PREFIX) or server.status(name) == "missing":
        raise say.RefusedError(f"Error response from daemon: No such container: {container}", bare=True)
    return name


def exec_(call: Call) -> int:
    """`docker exec [-i] [-t] [-e K=V | -e K] CONTAINER COMMAND…`"""
    asked = parse(list(call.words))
    if len(asked.rest) < 2:
        raise say.RefusedError('docker: "docker exec" requires at least 2 arguments.', bare=True)
    variables, volumes = _inside(asked.rest[0])
    run.take_stdin(asked)
    container.become(asked.rest[1:], volumes, variables | asked.environment)


def _inside(container: str) -> tuple[dict[str, str], dict[str, str]]:
    """Variables and volumes of a command in a container that runs."""
    running, identity = False, container
    if servers.is_one(container):
        running = servers.state(container) == "running"
    else:
        name = _service(container)
        running, identity = server.status(name) == "running", server.container(name)["id"]
    if not running:
        raise say.RefusedError(f"Error response from daemon: Container {identity} is not running", bare=True)
    if servers.is_one(container):
        return servers.inside(container)
    inside = client.inside(name)
    return inside.environment, inside.volumes


def logs(call: Call) -> int:
    """`docker logs [--tail N] CONTAINER`"""
    plain, options = call.options(tail=("--tail", "-n"))
    one = servers.is_one(plain[0])
    rows = files.lines(servers.log_file(plain[0]) if one else server.log_file(_service(plain[0])))
    for row in rows[-int(options.get("tail", len(rows) or 1)) :]:
        say.out(row)
    return 0


def rm(call: Call) -> int:
    """`docker rm --force [--volumes] CONTAINER`: only what `docker run` started; a service's is Dokku's to remove."""
    for name in call.rest("--force", "-f", "--volumes", "-v"):
        if clients.end(name):
            say.out(name)
            continue
        if not servers.is_one(name):
            say.err(f"Error response from daemon: No such container: {name}")
            if not call.has("--force", "-f"):
                return 1
            continue
        servers.remove(name)
        say.out(name)
    return 0


def ps(call: Call) -> int:
    """`docker ps [-a] [--no-trunc] [--format F]`: those of services and apps, and what `docker run` started.

    With --no-trunc a service's names are also those that the apps' containers reach it by, as Docker prints them.
    """
    form = call.options(form=("--format",))[1].get("form", "{{.ID}}   {{.Image}}   {{.Status}}   {{.Names}}")
    words = {"running": "Up", "exited": "Exited (0)", "restarting": "Restarting (1)"}
    for identity, image, name, state in (*_service_rows(), *_app_rows(), *servers.rows()):
        if state == "running" or call.has("-a", "--all"):
            short, names = (identity, _all_names(name)) if call.has("--no-trunc") else (identity[:12], name)
            values = {"ID": short, "Image": image, "Names": names, "State": state, "Status": words[state]}
            say.out(inspecting.filled(form, values))
    return 0


def _all_names(container: str) -> str:
    name = container.removeprefix(_PREFIX)
    linked = processes.containers() if container.startswith(_PREFIX) else {}
    aliases = (f"{app}.web.1/{service.host_name(name)}" for app in linked if name in links.services_of(app))
    return ",".join([container, *aliases])


def _service_rows() -> Iterator[tuple[str, str, str, str]]:
    for name in service.names():
        if (state := server.status(name)) != "missing":
            yield service.read(name, "ID"), service.version(name), service.container(name), state


def _app_rows() -> Iterator[tuple[str, str, str, str]]:
    for app, (identity, state) in processes.containers().items():
        yield identity, f"dokku/{app}:latest", f"{app}.web.1", state


def info(call: Call) -> int:
    """`docker info --format F`: what daemon.json said when Docker last read it; never a swarm."""
    form = call.options(form=("--format",))[1].get("form", "")
    live = files.read_json(DOCKER_IN_FORCE).get("live-restore", False)
    values = {"LiveRestoreEnabled": str(live).lower(), "Swarm": {"LocalNodeState": "inactive"}}
    say.out(inspecting.filled(form, values))
    return 0


_VERBS: dict[str, Callable[[Call], int]] = {
    "build": build.build,
    "exec": exec_,
    "image": build.image,
    "info": info,
    "inspect": build.inspect,
    "logs": logs,
    "ps": ps,
    "rm": rm,
    "rmi": build.rmi,
    "run": run.run,
}


def main(words: list[str]) -> int:
    """One call."""
    words = words[1:] if words[:1] == ["container"] else words
    if not words or words[0] not in _VERBS:
        say.err(f"docker: (stand-in) the sandbox knows: {', '.join(_VERBS)}")
        return 1
    try:
        fault.top_level(["docker", *words], os.environ.get("USER", "root"))
        return _VERBS[words[0]](Call(words[0], tuple(words[1:])))
    except say.RefusedError as refusal:
        say.err(refusal.text)
        return refusal.code
