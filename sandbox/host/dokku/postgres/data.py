"""What goes in and out of a service's database: `postgres:connect`, `export`, `import`, `enter`, `clone`."""

import sys

from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.postgres import create, service
from sandbox.host.dokku.postgres.server import client


def connect(call: Call) -> int:
    """`postgres:connect SERVICE`: psql on the caller's stdin; 3 on an SQL error."""
    name = service.of(call)
    return client.run(name, client.psql(name)).returncode


def export(call: Call) -> int:
    """`postgres:export SERVICE`: a dump on stdout."""
    name = service.of(call)
    return client.run(name, client.dump(name)).returncode


def import_(call: Call) -> int:
    """`postgres:import SERVICE`: a dump on stdin. Not one transaction: what is in the way stays, what is newer too."""
    name = service.of(call)
    if sys.stdin.isatty():
        raise say.RefusedError("No data provided on stdin.")
    return client.run(name, client.restore(name)).returncode


def enter(call: Call) -> int:
    """`postgres:enter SERVICE COMMAND…`"""
    name = service.named(call.words)
    client.need_container(name)
    say.step("Filesystem changes may not persist after container restarts")
    return client.run(name, list(call.words[1:]) or ["bash"]).returncode


def clone(call: Call) -> int:
    """`postgres:clone SERVICE NEW`: a new service with the old one's data; failures of the copy are not told."""
    plain, _ = call.options(**create.OPTIONS)
    name = service.named(plain)
    fresh = plain[1] if len(plain) > 1 else ""
    if not fresh or fresh in service.names():
        raise say.RefusedError(f"Invalid service name {fresh}. Verify the service name is not already in use.")
    say.title(f"Cloning {name} to {fresh} @ {service.version(name)}")
    create.create(Call(call.verb, (fresh, "--image-version", service.read(name, "IMAGE_VERSION"))))
    say.step(f"Copying data from {name} to {fresh}")
    dumped = client.run_bytes(name, client.dump(name), b"")
    client.run_bytes(fresh, client.restore(fresh), dumped.stdout)
    say.title("Done")
    return 0
