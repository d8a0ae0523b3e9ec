"""What `docker inspect` shows, and the small part of Go's templates that `--format` needs."""

import json
import re
from typing import Any

from sandbox.host.dokku.core import addresses, files
from sandbox.host.dokku.core.report import to_json
from sandbox.host.dokku.docker import images, servers
from sandbox.host.dokku.postgres import service
from sandbox.host.dokku.postgres.server import binaries, server

_FIELD = re.compile(r"\{\{\s*(json\s+)?\.([A-Za-z0-9_.]+)\s*\}\}")
_RANGE = re.compile(r"\{\{range \.([A-Za-z0-9_.]+)\}\}(.*?)\{\{end\}\}")


def container(name: str) -> dict[str, Any]:
    """A service's container; empty when there is none of this name."""
    if servers.is_one(name):
        state = servers.state(name)
        return {"Name": f"/{name}", "State": {"Status": state, "Running": state == "running"}}
    of = name.removeprefix("dokku.postgres.")
    if of == name or server.status(of) == "missing":
        return {}
    state = server.status(of)
    major = binaries.major(service.read(of, "IMAGE_VERSION"))
    data = {"Type": "bind", "Source": str(service.root(of) / "data"), "Destination": "/var/lib/postgresql"}
    return {
        "Id": service.read(of, "ID"),
        "Name": f"/{name}",
        "State": {"Status": state, "Running": state == "running", "Restarting": state == "restarting"},
        "Config": {
            "Env": [
                *files.lines(service.root(of) / "ENV"),
                f"POSTGRES_PASSWORD={service.read(of, 'PASSWORD')}",
                f"PG_MAJOR={major}",
            ],
            "Image": service.version(of),
            "Labels": {"dokku": "service", "dokku.service": "postgres"},
            "Hostname": name,
        },
        "Args": service.read(of, "CONFIG_OPTIONS").split() or ["postgres"],
        "Mounts": [{**data, "Mode": "", "RW": True, "Propagation": "rprivate"}],
        "HostConfig": {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}, "Memory": _memory(of)},
        # Since Docker 29 an address is only here (moby#50846).
        "NetworkSettings": {
            "Networks": {"bridge": {"IPAddress": addresses.of("service", of) if state == "running" else ""}}
        },
    }


def _memory(name: str) -> int:
    return int(service.read(name, "SERVICE_MEMORY") or 0) * 1024 * 1024


def image(name: str) -> dict[str, Any]:
    """An image; empty when there is none of this name."""
    found = images.found(name)
    if found is None:
        return {}
    env = [f"{key}={value}" for key, value in found.env.items()]
    return {"Id": found.identity, "RepoTags": [found.name], "Config": {"Env": env}}


def shown(value: dict[str, Any], form: str) -> str:
    """As JSON, or as the template says."""
    return filled(form, value) if form else json.dumps([value], indent=4)


def filled(form: str, value: dict[str, Any]) -> str:
    """`{{.A.B}}`, `{{json .A}}` and `{{range .A}}…{{end}}` filled in."""

    def each(match: re.Match[str]) -> str:
        return "".join(filled(match[2], inner) for _, inner in sorted(_of(value, match[1]).items()))

    def one(match: re.Match[str]) -> str:
        found = _of(value, match[2])
        if match[1]:
            return to_json(found)
        return str(found).lower() if isinstance(found, bool) else str(found)

    return _FIELD.sub(one, _RANGE.sub(each, form))


def _of(value: dict[str, Any], path: str) -> Any:
    found: Any = value
    for part in path.split("."):
        found = found[part]
    return found
