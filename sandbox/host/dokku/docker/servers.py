"""Containers of the PostgreSQL image that `docker run --detach` starts itself, without Dokku: to try settings out.

As in the official image: a cluster is made where there is none, and the server starts with the words behind the image.
Nothing can be reached but through its socket, by `docker exec`.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.core.paths import SANDBOX
from sandbox.host.dokku.docker import images
from sandbox.host.dokku.docker.flags import Asked
from sandbox.host.dokku.postgres.server import binaries
from sandbox.host.dokku.processes import processes

_FOLDER = SANDBOX / "containers" / "run"
_SOCKET = "/var/run/postgresql"


def is_one(name: str) -> bool:
    """Whether there is a container of this name."""
    return _record(name).exists()


def start(asked: Asked) -> str:
    """Start it in the background; its id."""
    image = images.needed(asked.rest[0])
    name, version = asked.name or secrets.token_hex(6), image.name.partition(":")[2]
    if is_one(name):
        text = f'docker: Error response from daemon: Conflict. The container name "/{name}" is already in use.'
        raise say.RefusedError(f"{text}\n\nRun 'docker run --help' for more information", 125, bare=True)
    folder = _FOLDER / name
    (folder / "socket").mkdir(parents=True)
    (folder / "tmp").mkdir()
    with (folder / "log").open("ab") as log:
        _initialize(folder, version, asked)
        process = subprocess.Popen(
            [*binaries.AS_POSTGRES, *_server(folder, version), *asked.rest[1:], *_quiet(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=binaries.environment(**asked.environment),
            start_new_session=True,
        )
    identity = secrets.token_hex(32)
    record = {"id": identity, "pid": process.pid, "started": processes.start_time(process.pid), "version": version}
    files.write_json(_record(name), record)
    return identity


def state(name: str) -> str:
    """`running` or `exited`."""
    found = files.read_json(_record(name))
    return "running" if processes.alive(found["pid"], found["started"]) else "exited"


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Of each: id, image, name and state."""
    for record in sorted(_FOLDER.glob("*.json")):
        found = files.read_json(record)
        yield found["id"], f"postgres:{found['version']}", record.stem, state(record.stem)


def inside(name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Variables and volumes of a command in it."""
    programs = str(binaries.folder(files.read_json(_record(name))["version"]))
    variables = {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "PGHOST": _SOCKET}
    return variables, {str(_FOLDER / name / "socket"): _SOCKET, str(_FOLDER / name / "tmp"): "/tmp"}


def log_file(name: str) -> Path:
    """What it printed."""
    return _FOLDER / name / "log"


def remove(name: str) -> None:
    """End it and forget it, with its data."""
    found = files.read_json(_record(name))
    if processes.alive(found["pid"], found["started"]):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(found["pid"], signal.SIGQUIT)
        while processes.runs(found):
            time.sleep(0.02)
    _record(name).unlink()
    shutil.rmtree(_FOLDER / name)


def _initialize(folder: Path, version: str, asked: Asked) -> None:
    if asked.environment.get("POSTGRES_HOST_AUTH_METHOD") != "trust" and "POSTGRES_PASSWORD" not in asked.environment:
        raise say.RefusedError("Error: Database is uninitialized and superuser password is not specified.", bare=True)
    words = [str(binaries.folder(version) / "initdb"), f"--pgdata={folder / 'data'}", "--username=postgres"]
    subprocess.run(
        [*binaries.AS_POSTGRES, *words, "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=binaries.environment(),
        check=True,
    )


def _server(folder: Path, version: str) -> list[str]:
    settings = [word for setting in ("shared_buffers=16MB", "fsync=off") for word in ("-c", setting)]
    return [str(binaries.folder(version) / "postgres"), "-D", str(folder / "data"), *settings]


def _quiet(folder: Path) -> list[str]:
    """Behind the caller's own words, as the image starts its first, temporary server."""
    return ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder / 'socket'}"]


def _record(name: str) -> Path:
    return _FOLDER / f"{name}.json"
