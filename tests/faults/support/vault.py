"""A service whose dumps come back, on the sandbox host: an app with all that is odd, and one younger than the dump."""

import subprocess
from dataclasses import dataclass
from typing import Any

from components.dokku import program
from host.core import stdin as host_stdin
from host.core.command import Command
from host.restore.run import RunRestore
from tests.faults.support import nouns
from tests.faults.support.bench import NAME as STACK_NAME
from tests.faults.support.bench import Bench
from tests.faults.support.nouns import database
from tests.support.hosts.sandbox_host import in_container

SERVICE = "vault"
NAME = "c0ffee"
DUMP = "postgres-vault-2026-11-22-03-00-01.tgz"
LONG = "l" * 63
APPS = ("keeper", "young")
WHOLE = RunRestore(SERVICE, NAME, dump=DUMP)
ONE = RunRestore(SERVICE, NAME, dump=DUMP, schema="keeper")
ASIDE = RunRestore(SERVICE, NAME, dump=DUMP, into="look")
_ROLE: dict[str, Any] = {"extension": ("vector",), "statement_timeout": "30s"}
_KEEPER = f"""
CREATE TABLE fruits (id serial PRIMARY KEY, name varchar CHECK (name IN ('apple', 'banana', 'cherry')));
INSERT INTO fruits (name) VALUES ('apple'), ('banana');
CREATE TABLE "Ünï ""quoted"" it's" AS SELECT generate_series(1, 7) AS "N n";
CREATE TABLE "{LONG}" ("UPPER" text DEFAULT 'yes');
INSERT INTO "{LONG}" DEFAULT VALUES;
CREATE TABLE points (at vector(2));
INSERT INTO points VALUES ('[1,2]');
CREATE TABLE days (day date) PARTITION BY RANGE (day);
CREATE TABLE first_days PARTITION OF days DEFAULT;
INSERT INTO days VALUES ('2026-11-22');
CREATE FUNCTION best() RETURNS text LANGUAGE sql AS 'SELECT name FROM keeper.fruits ORDER BY id LIMIT 1';
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM fruits;
CREATE TABLE pictures (content oid);
INSERT INTO pictures SELECT lo_from_bytea(0, 'large');
"""
_LOOK = f"""
SELECT (SELECT string_agg(name, ' ' ORDER BY id) FROM fruits) AS fruits,
  (SELECT sum("N n") FROM "Ünï ""quoted"" it's") AS odd, (SELECT "UPPER" FROM "{LONG}") AS long,
  (SELECT at::text FROM points) AS points, (SELECT day::text FROM first_days) AS days, best() AS best,
  (SELECT count FROM counted) AS counted, (SELECT convert_from(lo_get(content), 'UTF8') FROM pictures) AS picture,
  current_setting('statement_timeout') AS timeout
"""
THEN = {"fruits": "apple banana", "odd": 28, "long": "yes", "points": "[1,2]", "days": "2026-11-22", "best": "apple"}
THEN |= {"counted": 2, "picture": "large", "timeout": "30s"}
"""What the app keeper has when the dump is made."""
NOW = THEN | {"fruits": "apple banana cherry"}
"""What it has before the restore."""
_ASIDE = """
SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1', 'vault') ORDER BY 1
"""
STDIN = host_stdin.text("4711", 1)
CUTTER = """#!/bin/sh
echo "$0 $*" >>/run/cutter.words
if [ "$(wc -l </run/cutter.words)" -ge "$(cat /run/cutter.after)" ]; then kill -KILL 0; fi
exec "/usr/bin/${0##*/}" "$@"
"""


@dataclass(frozen=True)
class Vault:
    """The service and its two apps."""

    bench: Bench

    def set_up(self) -> None:
        """Once."""
        self.bench.done(database(SERVICE))
        for app in APPS:
            self.bench.done(nouns.app(app))
            self.bench.done(nouns.link(app, service=SERVICE, **_ROLE))
        for name in ("docker", "dokku"):
            self.bench.root(f"mkdir -p /root/cutter; cat >/root/cutter/{name}; chmod 755 /root/cutter/{name}", CUTTER)

    def renew(self) -> None:
        """As at the time of the dump, which is made, and then as now; young has a row since."""
        for name in self.aside():
            self.ask(f'DROP DATABASE "{name}" WITH (FORCE)')
        for schema in (*self.schemas_aside(), *APPS):
            self.ask(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        self.ask("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")
        for app in APPS:
            self.bench.done(nouns.link(app, service=SERVICE, **_ROLE))
        self.ask(_KEEPER, "keeper")
        self.ask("DROP SCHEMA young")
        self.bench.root(f"dokku postgres:export {SERVICE} >/root/vault.dump")
        self.ask("CREATE SCHEMA young AUTHORIZATION young")
        self.ask("CREATE TABLE notes AS SELECT 'mine' AS text", "young")
        self.ask("INSERT INTO fruits (name) VALUES ('cherry')", "keeper")

    def sent(self, content: bytes | None = None) -> None:
        """The dump, or `content`, as `upload` leaves it in the container."""
        path = in_container(self.bench.disk, SERVICE, f"/tmp/petbase_sent.{NAME}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.dump() if content is None else content)

    def dump(self) -> bytes:
        return (self.bench.disk / "root/vault.dump").read_bytes()

    def run(self, command: Command, cut: int | None = None) -> subprocess.CompletedProcess[str]:
        """Send a command; with `cut` it is killed as by a power cut before its n-th call of Docker or Dokku."""
        self.bench.root(f"echo {cut or 1000} >/run/cutter.after; rm -f /run/cutter.words")
        return self.bench.host.ssh(f"setsid --wait env {self.line(command)}", stdin=STDIN)

    def line(self, command: Command) -> str:
        """The line of a command whose calls of Docker and Dokku are counted."""
        return f"PATH=/root/cutter:/usr/bin:/bin {program.line(STACK_NAME, command)}"

    def done(self, command: Command) -> str:
        """Send it, and it must end well; what it printed."""
        answer = self.run(command)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    def url(self, app: str) -> str:
        return self.bench.env(app)["DATABASE_URL"]

    def ask(self, text: str, app: str = "") -> list[Any]:
        """SQL as the superuser, or over a new connection with the app's DATABASE_URL."""
        with self.bench.database(self.url(app) if app else "", SERVICE) as session:
            done = session.execute(text.encode())
            return done.fetchall() if done.description else []

    def keeper(self) -> dict[str, Any]:
        """What the app keeper finds, with its own URL."""
        with self.bench.database(self.url("keeper")) as session:
            done = session.execute(_LOOK.encode())
            row, columns = done.fetchone(), done.description
        assert row
        assert columns
        return dict(zip([column.name for column in columns], row, strict=True))

    def young(self) -> list[Any]:
        """What the app has that the dump does not know."""
        return self.ask("SELECT text FROM notes", "young")

    def aside(self) -> list[str]:
        """The databases beside the live one."""
        with self.bench.database(self._beside("postgres")) as session:
            return [name for (name,) in session.execute(_ASIDE).fetchall()]

    def schemas_aside(self) -> list[str]:
        """The schemas that a restore put aside."""
        found = self.ask("SELECT nspname FROM pg_namespace WHERE nspname LIKE '% before %' ORDER BY 1")
        return [name for (name,) in found]

    def old_fruits(self) -> list[str]:
        """What all that was put aside has in keeper's fruits, place by place."""
        names = "SELECT string_agg(name, ' ' ORDER BY id) FROM {}.fruits"
        found = [self.ask(names.format(f'"{schema}"'))[0][0] for schema in self.schemas_aside()]
        for name in self.aside():
            with self.bench.database(self._beside(name)) as session:
                row = session.execute(names.format("keeper").encode()).fetchone()
                assert row
                found.append(row[0])
        return sorted(found)

    def _beside(self, database: str) -> str:
        """The superuser's URL of another database."""
        return f"{self.bench.superuser(SERVICE).removesuffix(SERVICE)}{database.replace(' ', '%20')}"
