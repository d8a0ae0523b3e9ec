"""What can be asked about services: `postgres:info`, `list`, `exists`."""

from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.postgres import service
from sandbox.host.dokku.postgres.server import server

_FLAGS = (
    "--config-dir --config-options --data-dir --dsn --exposed-ports --id --internal-ip --initial-network --links "
    "--post-create-network --post-start-network --service-root --status --version"
)


def values(name: str) -> dict[str, str]:
    """Everything, under the names of the flags."""
    state = server.status(name)
    linked = files.lines(service.root(name) / "LINKS")
    return {
        "config-dir": str(service.root(name) / "data"),
        "config-options": service.read(name, "CONFIG_OPTIONS"),
        "data-dir": str(service.root(name) / "data"),
        "dsn": service.url(name),
        "exposed-ports": "-",
        "id": service.read(name, "ID"),
        # The plugin asks for a field that Docker 29 does not have any more (dokku-postgres#380).
        "internal-ip": "",
        "initial-network": service.read(name, "NETWORK"),
        "links": "".join(f"{app} " for app in linked) or "-",
        "post-create-network": service.read(name, "NETWORK_ATTACH_POST_CREATE"),
        "post-start-network": service.read(name, "NETWORK_ATTACH_POST_START"),
        "service-root": str(service.root(name)),
        "status": state,
        "version": service.version(name) if state != "missing" else "",
    }


def everything(name: str) -> None:
    """All of it, the superuser's URL included."""
    say.title(f"{name} postgres service information")
    for key, value in values(name).items():
        label = key.capitalize().replace("-", " ") + ":"
        say.detail(f"{label:<20} {value:<25}")


def info(call: Call) -> int:
    """`postgres:info SERVICE [--dsn|…]`"""
    name = service.named(call.words)
    flag = call.words[1] if len(call.words) > 1 else ""
    if not flag:
        everything(name)
    elif flag not in _FLAGS.split():
        raise say.RefusedError(f"Invalid flag passed, valid flags: {_FLAGS}")
    else:
        say.out(values(name)[flag.removeprefix("--")])
    return 0


def list_(_: Call) -> int:
    """`postgres:list`"""
    found = service.names()
    if not found:
        say.warn("There are no Postgres services")
        return 0
    say.title("Postgres services")
    for name in found:
        say.out(name)
    return 0


def exists(call: Call) -> int:
    """`postgres:exists SERVICE`"""
    say.step(f"Service {service.of(call)} exists")
    return 0
