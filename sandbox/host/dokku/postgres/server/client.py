"""PostgreSQL's own client programs against a service, the way `docker exec` would run them inside its container."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sandbox.host.dokku.core import addresses, files
from sandbox.host.dokku.core.say import RefusedError
from sandbox.host.dokku.postgres import service
from sandbox.host.dokku.postgres.server import binaries, cluster, server

# Where the official image keeps its data and its socket.
_DATA, _SOCKET = Path("/var/lib/postgresql"), "/var/run/postgresql"


def environment(name: str) -> dict[str, str]:
    """What a command in the container finds: `localhost` is the service's own address, the password is known."""
    version = service.read(name, "IMAGE_VERSION")
    custom = dict(row.split("=", 1) for row in files.lines(service.root(name) / "ENV") if "=" in row)
    programs = str(binaries.folder(version))
    return binaries.environment(
        **custom,
        PATH=f"{programs}:/usr/local/bin:/usr/bin:/bin",
        PGHOST="localhost",
        PGHOSTADDR=addresses.of("service", name),
        PGPASSWORD=service.read(name, "PASSWORD"),
        POSTGRES_PASSWORD=service.read(name, "PASSWORD"),
        PG_MAJOR=str(binaries.major(version)),
        PGDATA=str(cluster.data(name, version)),
    )


@dataclass(frozen=True)
class Inside:
    """What a command finds in the service's container: variables, and what of the host's disk appears where."""

    environment: dict[str, str]
    volumes: dict[str, str]


def inside(name: str) -> Inside:
    """As `docker exec` has it: no password at the server's socket, `localhost` is the container, /tmp is its own."""
    outside, folder, socket = environment(name), server.own_folder(name), server.socket_folder(name)
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    files.write(folder / "hosts", f"{outside['PGHOSTADDR']} localhost {service.container(name)}\n")
    top = service.root(name) / "data"
    data = cluster.data(name, service.read(name, "IMAGE_VERSION"))
    volumes = {str(top): str(_DATA), str(folder / "tmp"): "/tmp", str(folder / "hosts"): "/etc/hosts"}
    variables = outside | {"PGDATA": str(_DATA / data.relative_to(top))}
    if socket.exists():  # not under a server that an older stand-in started
        volumes[str(socket)] = variables["PGHOST"] = _SOCKET
        del variables["PGHOSTADDR"]
    return Inside(variables, volumes)


def run(name: str, words: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
    """Run `words` there; stdin, stdout and stderr are the caller's unless `how` says otherwise."""
    need_container(name)
    try:
        return subprocess.run(words, env=environment(name), text=True, check=False, **how)
    except FileNotFoundError as error:
        raise RefusedError(f'exec: "{words[0]}": executable file not found in $PATH', 127, bare=True) from error


def need_container(name: str) -> None:
    """Refuse when there is nothing to run in."""
    state = server.status(name)
    if state == "missing":
        raise RefusedError("Service container does not exist")
    if state != "running":
        raise RefusedError("Service container is not running")


def psql(name: str) -> list[str]:
    """`psql` into the service's database, stopping at the first error (exit 3)."""
    return ["psql", "-v", "ON_ERROR_STOP=1", "-h", "localhost", "-U", "postgres", service.database(name)]


def dump(name: str) -> list[str]:
    """The plugin's `pg_dump`."""
    return [
        "pg_dump",
        "-Fc",
        "--no-acl",
        "--no-owner",
        "-h",
        "localhost",
        "-U",
        "postgres",
        "-w",
        service.database(name),
    ]


def restore(name: str) -> list[str]:
    """The plugin's `pg_restore`: into the live database, object by object."""
    return ["pg_restore", "-h", "localhost", "-cO", "--if-exists", "-d", service.database(name), "-U", "postgres", "-w"]


def sql(name: str, database: str, *statements: str) -> subprocess.CompletedProcess[str]:
    """Statements of the plugin's own; quiet."""
    words = ["psql", "-qAt", "-U", "postgres", "-d", database]
    for statement in statements:
        words += ["-c", statement]
    return run(name, words, capture_output=True)


def run_bytes(name: str, words: list[str], stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    """The same with bytes in and out, for dumps."""
    need_container(name)
    return subprocess.run(words, env=environment(name), input=stdin, capture_output=True, check=False)


def run_into(name: str, words: list[str], file: IO[bytes]) -> subprocess.CompletedProcess[bytes]:
    """The same with a file for its output."""
    need_container(name)
    return subprocess.run(
        words, env=environment(name), stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, check=False
    )
