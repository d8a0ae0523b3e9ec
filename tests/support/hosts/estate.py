"""A sandbox host with what `pulumi up` makes on it, made by the same scripts, without the engine."""

from dataclasses import dataclass
from typing import Any

from components.config.backups_spec import Backups
from components.dokku import backup
from host.app.ensure import EnsureApp
from host.core.command import Command
from host.database.ensure import EnsureDatabase
from host.link.ensure import EnsureLink
from host.server.ensure import EnsureServer
from operate.server.ssh import Connection
from operate.stack.outputs import Stack
from operate.stack.parse_outputs import parse
from tests.support.hosts.sandbox_host import SandboxHost
from tests.support.operate import outputs

BUCKET, KEY, SECRET = "db-backups", "a" * 32, "b" * 64
ROWS = "SELECT string_agg(name, ' ' ORDER BY id) FROM fruits.fruits;"
"""What the app fruits has, in one line; `apple banana` as new."""
_STACK, _NAME = "petbase/test", "test"
_FILL = """
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
  WHERE shobj_description(oid, 'pg_database') LIKE '{"petbase"%' \\gexec
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname LIKE '% before %' \\gexec
DROP SCHEMA IF EXISTS fruits CASCADE; DROP SCHEMA IF EXISTS shop CASCADE;
CREATE SCHEMA fruits AUTHORIZATION fruits; CREATE SCHEMA shop AUTHORIZATION shop;
SET ROLE fruits;
CREATE TABLE fruits.fruits (id serial PRIMARY KEY, name text);
INSERT INTO fruits.fruits (name) VALUES ('apple'), ('banana');
CREATE VIEW fruits.names AS SELECT name FROM fruits.fruits;
"""


@dataclass(frozen=True)
class Estate:
    """The host, the stack's outputs for it, and a connection that is not under test."""

    host: SandboxHost
    outputs: dict[str, Any]

    @property
    def stack(self) -> Stack:
        return parse("test", self.outputs)

    @property
    def connection(self) -> Connection:
        return Connection(self.stack.server, self.host.key, lonely=True)

    def sql(self, text: str) -> str:
        """Run SQL as the superuser; what psql prints, bare."""
        bare = "\\set QUIET on\n\\pset format unaligned\n\\pset tuples_only on\n"
        return self.connection.run("dokku", "postgres:connect", "db", stdin=bare + text).strip()

    def fill(self) -> None:
        """The two apps' schemas as new: fruits with a table, a view and two rows; shop empty."""
        self.sql(_FILL)

    def as_app(self, app: str, text: str) -> str:
        return self.sql(f'SET SESSION AUTHORIZATION "{app}"; SET search_path = "{app}"; {text}')


def make_estate(host: SandboxHost, endpoint: str) -> Estate:
    """Dokku, the plugin, the database `db`, the apps `fruits` and `shop`, linked, and backups to `endpoint`."""
    key = (host.machine.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().strip()
    server = {"address": host.machine.address, "port": host.machine.ssh_port, "hostKey": key}
    app = outputs()["apps"]["fruits"]
    shop = {"urls": ["http://shop.localhost"], "gitRemote": "ssh://dokku@127.0.0.1:9/shop", "schema": "shop"}
    apps = {"fruits": app, "shop": {**app, **shop, "role": "shop"}}
    estate = Estate(host, outputs(server=server, apps=apps, backups={"endpoint": endpoint}))
    host.install(_NAME)
    _run(host, EnsureServer(domain="localhost", key=(host.public_key,)))
    _run(host, EnsureDatabase("db", version="18.4"))
    for name in apps:
        _run(host, EnsureApp(name, domain=(f"{name}.localhost",)))
        _run(host, EnsureLink(name, service="db", schema=name))
    _run(host, backup.ensure("db", Backups(bucket=BUCKET), endpoint), KEY, SECRET, "")
    return estate


def _run(host: SandboxHost, command: Command, *secrets: str) -> None:
    answer = host.send(_NAME, command, *secrets)
    assert answer.returncode == 0, answer.stdout + answer.stderr
