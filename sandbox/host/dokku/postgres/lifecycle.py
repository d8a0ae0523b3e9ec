"""`postgres:start`, `stop`, `pause`, `restart`, `upgrade`, `logs`, `set`."""

from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.postgres import create, service
from sandbox.host.dokku.postgres.server import client, server

_PROPERTIES = {
    "initial-network": "NETWORK",
    "post-create-network": "NETWORK_ATTACH_POST_CREATE",
    "post-start-network": "NETWORK_ATTACH_POST_START",
}


def start(call: Call) -> int:
    """`postgres:start SERVICE`: the container that is there, or a new one."""
    name = service.of(call)
    state = server.status(name)
    if state == "running":
        say.warn("Service is already started")
        return 0
    say.title("Starting container")
    if state == "missing":
        return create.commit(name)
    server.start(name, fresh_container=False)
    server.wait_ready(name)
    say.title("Container started")
    return 0


def stop(call: Call) -> int:
    """`postgres:stop SERVICE`: the container goes, the data stays."""
    name = service.of(call)
    if server.status(name) == "missing":
        say.warn("Service is already paused")
        return 0
    create.remove_container(name)
    return 0


def pause(call: Call) -> int:
    """`postgres:pause SERVICE`: stopped, not removed."""
    _paused(service.of(call))
    return 0


def _paused(name: str) -> None:
    say.title("Pausing container")
    server.stop(name, remove=False)
    say.detail("Container paused")


def restart(call: Call) -> int:
    """`postgres:restart SERVICE`"""
    name = service.of(call)
    _paused(name)
    start(Call(call.verb, (name,)))
    say.step("Please call dokku ps:restart on all linked apps")
    return 0


def upgrade(call: Call) -> int:
    """`postgres:upgrade SERVICE [--image-version V]`: without a version to the plugin's default, majors included."""
    plain, options = call.options(**create.OPTIONS, restart_apps=("--restart-apps", "-R"))
    name = service.named(plain or call.words)
    image = options.get("image", service.DEFAULT_IMAGE)
    version = options.get("image_version", service.DEFAULT_VERSION)
    if service.version(name) == f"{image}:{version}":
        say.step(f"Service {name} already running {image}:{version}")
        return 0
    create.pull(image, version)
    say.title(f"Upgrading {name} to {image}:{version}")
    say.title(f"Stopping {name}")
    create.remove_container(name)
    files.write(service.root(name) / "IMAGE", image + "\n")
    files.write(service.root(name) / "IMAGE_VERSION", version + "\n")
    create.write_options(name, options)
    say.title("Starting container")
    if create.commit(name):
        return 1
    say.title("Done")
    return 0


def logs(call: Call) -> int:
    """`postgres:logs SERVICE`: what the server wrote (the stand-in does not follow)."""
    name = service.of(call)
    client.need_container(name)
    for row in files.lines(server.log_file(name))[-100:]:
        say.out(row)
    return 0


def set_(call: Call) -> int:
    """`postgres:set SERVICE KEY [VALUE]`"""
    name = service.named(call.words)
    key, value = [*call.words[1:], "", ""][:2]
    if not key:
        raise say.RefusedError("No key specified")
    if key not in _PROPERTIES:
        raise say.RefusedError(f"Invalid key specified, valid keys include: {', '.join(_PROPERTIES)}")
    path = service.root(name) / _PROPERTIES[key]
    if value:
        files.write(path, value + "\n")
        say.title(f"Setting {key} to {value}")
    else:
        path.unlink(missing_ok=True)
        say.title(f"Unsetting {key}")
    return 0
