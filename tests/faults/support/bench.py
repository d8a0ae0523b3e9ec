"""A sandbox host to cut commands on: sends what the stack would send over plain SSH, and looks at what that left.

Without the engine, so that a command can be cut at each call that it makes in seconds. What pulumi-command adds is
tried in test_engine_cuts.py, with the real engine.
"""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from host.core.command import Command
from host.core.state import State
from tests.support.hosts.sandbox_host import SandboxHost, wait_for

STACK = "petbase/faults"
NAME = "faults"
SERVICE = "db"
_PASSWORD = re.compile(r"postgres://(?P<role>[^:]+):(?P<password>[0-9a-f]{32,48})@(?P<host>[^/]+)/(?P<database>\w+)")
_OPTIONS = "var/lib/dokku/config/docker-options"
_PHASES = ("build", "deploy", "run")
_ROLE = """
SELECT rolcanlogin, rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS mighty,
  rolpassword IS NOT NULL AS password,
  (SELECT array_agg(c ORDER BY c) FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = a.oid) AS settings,
  (SELECT array_agg(nspname::text ORDER BY nspname) FROM pg_namespace WHERE nspowner = a.oid) AS schemas,
  (SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE tableowner = rolname) AS tables,
  has_database_privilege(rolname, current_database(), 'CONNECT') AS connects
FROM pg_authid a WHERE rolname = %s
"""


@dataclass(frozen=True)
class Bench:
    """The host, and the stack whose commands it gets. In what it tells of an app the name is replaced by APP, so that
    two apps can be compared.
    """

    host: SandboxHost
    stack: str = NAME

    @property
    def disk(self) -> Path:
        """The host's own /, on this machine."""
        return self.host.machine.root

    def install(self) -> None:
        """Put the program on the host, as the stack's first command does."""
        self.host.install(self.stack)

    def send(self, command: Command, *secrets: str) -> subprocess.CompletedProcess[str]:
        """Send a command as the stack does."""
        return self.host.send(self.stack, command, *secrets)

    def done(self, command: Command, *secrets: str) -> str:
        """Send it, and it must end well; the lines that it streamed."""
        answer = self.send(command, *secrets)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    def root(self, command: str, stdin: str = "") -> str:
        """A command of the host's root, by hand."""
        answer = self.host.ssh(command, stdin=stdin)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    def steer(self, name: str, value: object) -> None:
        """Order a fault (sandbox/host/dokku/core/fault.py); None takes it away."""
        path = self.disk / "run/petbase" / name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        if value is not None:
            path.write_text(json.dumps(value))

    @contextmanager
    def steered(self, name: str, value: object) -> Iterator[None]:
        """A fault for the length of a block."""
        self.steer(name, value)
        try:
            yield
        finally:
            self.steer(name, None)

    def cut(self, command: Command, n: int, *secrets: str) -> str:
        """Send it and kill it before its n-th verb; the verb. Empty when it ends before it comes to that."""
        self.steer("count", None)
        with self.steered("stop", {"after": n}):
            answer = self.send(command, *secrets)
            if (self.disk / "run/petbase/stop").exists():
                assert answer.returncode == 0, answer.stdout
                return ""
        assert answer.returncode != 0
        return f"before verb {n}, behind {shlex.join(self.verbs()[-1])}"

    def finished(self, command: Command, n: int, *secrets: str) -> str:
        """Cut it before its n-th verb, and send it again if it was cut: then it must end well. Where it was cut."""
        where = self.cut(command, n, *secrets)
        if where:
            again = self.send(command, *secrets)
            assert again.returncode == 0, f"{where}: {again.stdout}{again.stderr}"
        return where

    def verbs(self) -> list[list[str]]:
        """Every call of Dokku that the host has seen."""
        rows = (self.disk / "run/petbase/verbs.jsonl").read_text().splitlines()
        return [json.loads(row)["argv"] for row in rows]

    def idle(self) -> None:
        """Return when no command runs any more: each holds a lock file open while it does."""
        wait_for(lambda: "petbase" not in self.root("readlink /proc/[0-9]*/fd/* 2>/dev/null | grep run/lock || :"))

    def env(self, app: str) -> dict[str, str]:
        """The app's variables."""
        path = self.disk / "var/lib/dokku/config" / app / "ENV"
        words = shlex.split(path.read_text()) if path.exists() else []
        return dict(word.split("=", 1) for word in words if "=" in word)

    @contextmanager
    def database(self, url: str = "", service: str = SERVICE) -> Iterator[psycopg.Connection[Any]]:
        """A session with a DATABASE_URL, as an app has it; without one, the superuser's. Its host name is known only
        on the server, where it leads to the service's loopback address.
        """
        url = url or self.superuser(service)
        name = url.rpartition("@")[2].partition(":")[0]
        hosts = [row.split() for row in (self.disk / "etc/hosts").read_text().splitlines()]
        (address,) = [row[0] for row in hosts if name in row[1:]]
        with psycopg.connect(url.replace(name, address), autocommit=True, connect_timeout=5) as session:
            yield session

    def superuser(self, service: str = SERVICE) -> str:
        """The URL that opens everything."""
        password = (self.disk / "var/lib/dokku/services/postgres" / service / "PASSWORD").read_text().strip()
        database = service.replace("-", "_")
        return f"postgres://postgres:{password}@dokku-postgres-{service}:5432/{database}"

    def state(self, name: str) -> dict[str, Any] | None:
        """What the host remembers of a thing (host/core/state.py)."""
        return State(self.disk / "var/lib/petbase").read(name)

    def app(self, app: str) -> dict[str, Any]:
        """What counts of an app and its schema in the database, by name APP."""
        services = self.disk / "var/lib/dokku/services/postgres"
        state = {kind: self.state(f"apps/{app}/{kind}") for kind in ("owner", f"links/{SERVICE}", "restart")}
        with self.database() as session:
            row = session.execute(_ROLE, [app])
            found = row.fetchone()
            role = dict(zip([column.name for column in row.description or ()], found, strict=True)) if found else None
        left = [path.name for path in (services / SERVICE).iterdir() if path.name.startswith("LINKS.")]
        held: dict[str, Any] = {
            "state": state,
            "links": (services / SERVICE / "LINKS").read_text().splitlines().count(app),
            "left": left,
            "role": role,
            "exists": (self.disk / "home/dokku" / app).exists(),
            "domains": sorted(self._lines(f"home/dokku/{app}/VHOST")),
            "options": {
                phase: self._lines(f"{_OPTIONS}/{app}/_default_.{phase}") for phase in ("build", "deploy", "run")
            },
            "env": {name: _form(value) for name, value in self.env(app).items()},
        }
        named: dict[str, Any] = json.loads(re.sub(rf"\b{re.escape(app)}\b", "APP", json.dumps(held)))
        return named

    def _lines(self, name: str) -> list[str]:
        path = self.disk / name
        return path.read_text().splitlines() if path.exists() else []


def _form(value: str) -> str:
    """A DATABASE_URL without its password's digits."""
    found = _PASSWORD.fullmatch(value)
    return f"{found['role']}:{len(found['password'])} hex@{found['host']}/{found['database']}" if found else value


def texts_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Each file's text and mode."""
    return {path.name: (path.read_text().strip(), path.stat().st_mode & 0o777) for path in folder.iterdir()}
