"""A service whose dumps are watched on the sandbox host, with the real store and PostgreSQL, and a dead man's switch.

The switch is a stand-in for healthchecks.io: an HTTP server of the test's own that keeps what it hears.
"""

import http.server
import json
import secrets
import shlex
import subprocess
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from components.config.backups_spec import Backups
from components.dokku import backup, backup_watch, program
from host.backup.remove import RemoveBackup
from host.backup.watch import RemoveWatch
from host.check.run import RunCheck
from host.core.command import Command
from host.drill.run import RunDrill
from sandbox.host.dokku.core import paths
from sandbox.store import Store, account
from tests.faults.support.bench import NAME, Bench
from tests.faults.support.nouns import database, destroy

SERVICE = "tower"
# Of these tests alone: others run beside them, and their command lines are seen too.
# Made anew: another worker of pytest puts its own into arguments, as Dokku wants, and those lines are seen here too.
BUCKET, KEY, SECRET = "tower-backups", secrets.token_hex(16), secrets.token_hex(32)
SPEC = Backups(bucket=BUCKET, path="prod")
FOLDER = f"/var/lib/petbase/services/{SERVICE}/watch"
COMMANDS: dict[str, Command] = {"check": RunCheck(SERVICE), "drill": RunDrill(SERVICE)}
LINES = {kind: program.line(NAME, command) for kind, command in COMMANDS.items()}
"""What the units run."""
CONTAINER_TMP = f"{paths.SANDBOX}/containers/{SERVICE}.own/tmp"
"""What the service's container has as /tmp."""
_FOUND = ["evidence", "read.json", "drilled.json", "drill-failed.json", "status.json", "history"]
_FOUND += ["baseline.json", "shrunk.json", "claims.json", "restarts.json", "written.json"]
ODD = '"it\'s ""odd"""'
_TABLES = f"""
DROP SCHEMA IF EXISTS public CASCADE; DROP SCHEMA IF EXISTS {ODD} CASCADE; CREATE SCHEMA public;
CREATE TABLE fruits (id serial PRIMARY KEY, name varchar CHECK (name IN ('apple', 'banana')));
INSERT INTO fruits (name) VALUES ('apple'), ('banana'), ('banana');
CREATE SCHEMA {ODD};
CREATE TABLE {ODD}."Ünïcode, and a long name" AS SELECT generate_series(1, 7) AS n;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM fruits;
SELECT lo_from_bytea(0, 'large');
"""
ROWS = {'"it\'s ""odd"""."Ünïcode, and a long name"': 7, "public.fruits": 3}


class Switch(http.server.ThreadingHTTPServer):
    """Hears, and answers 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []
        self.pause = 0.0  # seconds before it answers, in which its caller can be seen
        super().__init__(("127.0.0.1", 0), _Ear)

    @property
    def url(self) -> str:
        """What petbase:alertUrl is."""
        return f"http://127.0.0.1:{self.server_port}/ping/t0wer"


class _Ear(http.server.BaseHTTPRequestHandler):
    server: Switch

    def _hear(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        self.server.heard.append((self.command, self.path, body))
        time.sleep(self.server.pause)
        self.send_response(200)
        self.end_headers()

    do_GET = do_POST = _hear  # noqa: N815  the base class's own names

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@dataclass
class Watched:
    """The service, its bucket, and what the switch heard."""

    bench: Bench
    store: Store
    switch: Switch = field(default_factory=Switch)

    def set_up(self) -> None:
        """Once: the service, its backups and its watch, by the program's own scripts."""
        threading.Thread(target=self.switch.serve_forever, daemon=True).start()
        account.create_bucket(self.store.root, BUCKET)
        account.put_token(self.store.root, KEY, SECRET, BUCKET, write=True)
        self.bench.done(database(SERVICE))
        self.bench.done(backup.ensure(SERVICE, SPEC, self.store.endpoint), KEY, SECRET, "")
        self.bench.done(backup_watch.ensure(SERVICE, SPEC, self.store.endpoint), self.switch.url, "{}")

    def take_down(self) -> None:
        """Everything but the host."""
        self.bench.done(RemoveWatch(SERVICE))
        self.bench.done(RemoveBackup(SERVICE))
        destroy(self.bench, SERVICE)
        self.switch.shutdown()
        self.switch.server_close()

    def renew(self) -> None:
        """Before each test: an empty bucket, the tables as new, nothing known of earlier runs."""
        account.put_token(self.store.root, KEY, SECRET, BUCKET, write=True)
        for key in self.keys():
            self.client.delete_object(Bucket=BUCKET, Key=key)
        left = " ".join(f"{FOLDER}/{name}" for name in _FOUND)
        self.bench.root(f"rm -rf {left}; dokku postgres:backup-unset-encryption {SERVICE} || :")
        self.note("since", at=int(time.time()))
        with self.bench.database(service=SERVICE) as session:
            session.execute(_TABLES.encode())
        self.switch.heard.clear()
        self.switch.pause = 0.0

    def note(self, name: str, **values: object) -> None:
        """What the watch remembers under this name."""
        self.bench.root(f"cat >{FOLDER}/{name}.json", json.dumps(values))

    def long_ago(self) -> None:
        """The watch began long ago, and a drill has just ended well."""
        self.note("since", at=1)
        self.note("drilled", at=int(time.time()))

    @property
    def client(self) -> Any:
        """The bucket, as its token opens it."""
        return boto3.client(
            "s3",
            endpoint_url=self.store.endpoint,
            region_name="auto",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(request_checksum_calculation="when_required", response_checksum_validation="when_required"),
        )

    def keys(self, prefix: str = "") -> list[str]:
        """All keys below `prefix`, without it."""
        found = self.client.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [str(entry["Key"]).removeprefix(prefix) for entry in found]

    def get(self, key: str) -> bytes:
        body: bytes = self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def encrypt(self, passphrase: str) -> None:
        """From now on dumps are encrypted, by the program's own script."""
        spec = SPEC.model_copy(update={"encrypt": bool(passphrase)})
        self.bench.done(backup.ensure(SERVICE, spec, self.store.endpoint), KEY, SECRET, passphrase)

    def dump(self) -> str:
        """A dump as the schedule makes it; its name."""
        self.bench.root(f"dokku postgres:backup {SERVICE} {SPEC.target}")
        return max(key for key in self.keys("prod/") if key.startswith("postgres-tower-"))

    def aged(self, dump: str, hours: float) -> str:
        """The same dump as if it had been made so long ago; its name."""
        moment = datetime.now(UTC) - timedelta(hours=hours)
        name = f"postgres-tower-{moment:%Y-%m-%d-%H-%M-%S}.{dump.partition('.')[2]}"
        self.put(f"prod/{name}", self.get(f"prod/{dump}"))
        self.client.delete_object(Bucket=BUCKET, Key=f"prod/{dump}")
        return name

    def run(self, kind: str, *, path: str = "") -> subprocess.CompletedProcess[str]:
        """`check` or `drill` as its unit runs it."""
        return self.bench.host.ssh(f"{path}{LINES[kind]}")

    def evidence(self, dump: str) -> dict[str, Any]:
        """What lies beside the dumps."""
        found: dict[str, Any] = json.loads(self.get(f"prod/evidence/tower/{dump}.json"))
        return found

    def status(self) -> dict[str, Any]:
        """What the last check wrote down."""
        found: dict[str, Any] = json.loads((self.bench.disk / FOLDER.lstrip("/") / "status.json").read_text())
        return found

    def databases(self) -> list[str]:
        """What the service holds."""
        with self.bench.database(service=SERVICE) as session:
            rows = session.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()
        return [row[0] for row in rows]

    def run_on_a_full_disk(
        self, kind: str, kilobytes: int, before: str = "true", folder: str = FOLDER
    ) -> subprocess.CompletedProcess[str]:
        """`check` or `drill` with `folder` on a separate disk that is so small; `before` runs there first.

        A mount that only this run sees, since the host's root may mount nothing for all.
        """
        there = (
            f"cp -a {folder} /run/kept; mount -t tmpfs -o size={kilobytes}k tmpfs {folder}; cp -a /run/kept/. {folder}"
        )
        inner = f"{there}; rm -rf /run/kept; {before}; exec {LINES[kind]}"
        return self.bench.host.ssh(f"unshare --user --map-root-user --mount sh -c {shlex.quote(inner)}")
