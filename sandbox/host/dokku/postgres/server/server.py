"""A service's "container": a PostgreSQL server in a separate session, on the service's own loopback address."""

import contextlib
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from sandbox.host.dokku.core import addresses, files
from sandbox.host.dokku.core.paths import SANDBOX
from sandbox.host.dokku.postgres import service
from sandbox.host.dokku.postgres.server import binaries, cluster
from sandbox.host.dokku.processes import processes

_CONTAINERS = SANDBOX / "containers"
_READY_SECONDS = 30.0
# Small and quick; what it holds survives a stop of the sandbox, not a crash of the machine.
_SETTINGS = ("shared_buffers=16MB", "fsync=off", "synchronous_commit=off", "timezone=UTC")
# As in the official image: no password at the socket, which only the container has; one for every address.
_HBA = "local all all trust\nhost all all all scram-sha-256\n"


def _record(name: str) -> Path:
    return _CONTAINERS / f"{name}.json"


def container(name: str) -> dict[str, Any]:
    """What is known of the service's container; empty when there is none."""
    return files.read_json(_record(name))


def status(name: str) -> str:
    """`running`, `exited`, `restarting` (it cannot start) or `missing`, in Docker's words."""
    found = container(name)
    if not found:
        return "missing"
    if found["state"] == "running" and not processes.alive(found["pid"], found["started"]):
        return "exited"
    return str(found["state"])


def start(name: str, *, fresh_container: bool) -> bool:
    """Start the server; False when the data is another major version's, which then stays `restarting`."""
    version = service.read(name, "IMAGE_VERSION")
    known = {} if fresh_container else container(name)
    identity = known.get("id") or secrets.token_hex(32)
    files.write(service.root(name) / "ID", identity)
    if cluster.of_another_major(name, version):
        _keep(name, {"id": identity, "state": "restarting", "pid": 0, "started": ""})
        return False
    where = cluster.data(name, version)
    if not (where / "PG_VERSION").exists():
        cluster.create(name, version, where)
    process = _spawn(name, version, where)
    _keep(name, {"id": identity, "state": "running", "pid": process.pid, "started": processes.start_time(process.pid)})
    addresses.name_in_hosts(service.host_name(name), addresses.of("service", name))
    return True


def _keep(name: str, record: dict[str, Any]) -> None:
    files.write_json(_record(name), record)


def own_folder(name: str) -> Path:
    """What would lie in the container itself."""
    return _CONTAINERS / f"{name}.own"


def socket_folder(name: str) -> Path:
    """Where the server's socket lies; only `docker exec` looks there."""
    return own_folder(name) / "run"


def log_file(name: str) -> Path:
    """What the server writes."""
    return _CONTAINERS / f"{name}.log"


def _spawn(name: str, version: str, where: Path) -> subprocess.Popen[bytes]:
    socket = socket_folder(name)
    socket.mkdir(mode=0o700, parents=True, exist_ok=True)
    (own_folder(name) / "pg_hba.conf").write_text(_HBA)
    given = (*_SETTINGS, f"unix_socket_directories={socket}", f"hba_file={own_folder(name) / 'pg_hba.conf'}")
    settings = [word for setting in given for word in ("-c", setting)]
    own = shlex.split(service.read(name, "CONFIG_OPTIONS"))
    words = [str(binaries.folder(version) / "postgres"), "-D", str(where), "-h", addresses.of("service", name)]
    custom = dict(row.split("=", 1) for row in files.lines(service.root(name) / "ENV") if "=" in row)
    _CONTAINERS.mkdir(parents=True, exist_ok=True)
    with log_file(name).open("ab") as log:
        return subprocess.Popen(
            [*binaries.AS_POSTGRES, *words, "-p", "5432", *settings, *own],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=binaries.environment(**custom),
            start_new_session=True,
        )


def wait_ready(name: str) -> None:
    """Until it takes connections."""
    words = [
        str(binaries.folder(service.read(name, "IMAGE_VERSION")) / "pg_isready"),
        "-q",
        "-h",
        addresses.of("service", name),
    ]
    deadline = time.monotonic() + _READY_SECONDS
    while subprocess.run(words, env=binaries.environment(), check=False).returncode:
        if time.monotonic() > deadline or status(name) != "running":
            raise RuntimeError(f"the server of {name} does not start:\n{log_file(name).read_text()[-2000:]}")
        time.sleep(0.05)


def stop(name: str, *, remove: bool) -> None:
    """End the server in good order; with `remove` container and address are gone, else it is `exited`."""
    found = container(name)
    halt(name)
    if remove:
        _record(name).unlink(missing_ok=True)
        addresses.release("service", name)
    elif found:
        _keep(name, {**found, "state": "exited", "pid": 0, "started": ""})


def forget(name: str) -> None:
    """After a destroy: address, name and log are free again."""
    addresses.name_in_hosts(service.host_name(name), None)
    addresses.release("service", name)
    log_file(name).unlink(missing_ok=True)
    shutil.rmtree(own_folder(name), ignore_errors=True)


def halt(name: str) -> None:
    """Shut the server down and leave its record as it is: the host goes down, not the service."""
    found = container(name)
    if found and processes.alive(found["pid"], found["started"]):
        with contextlib.suppress(ProcessLookupError):
            os.kill(found["pid"], signal.SIGINT)
            while processes.runs(found):
                time.sleep(0.02)
