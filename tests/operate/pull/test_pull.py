"""pull: the newest dump of a stack's bucket into a local database, with real PostgreSQL at both ends."""

import io
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from operate.core.errors import RefusedError
from operate.pull import pg_tools
from operate.pull import pull as pulling
from operate.pull.contents import Extension
from operate.server.tunnels import Tunnel
from operate.stack.stack_files import CHECKOUT
from sandbox import bun
from tests.examples import postgres
from tests.support.hosts.estate import Estate
from tests.support.operate import Petbase, Pulumi, Ran

MY_PASSWORD = "my own, 100%"
MINE = "SELECT string_agg(name, ' ' ORDER BY id) FROM fruits.fruits"
OWNERS = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'fruits'"

Pull = Callable[..., Ran]


@dataclass(frozen=True)
class Local:
    """The developer's database `dev`, of the role `me`, who is no superuser and may make no roles."""

    server: postgres.Postgres

    @property
    def url(self) -> str:
        return f"postgres://me:my%20own,%20100%25@127.0.0.1:{self.server.port}/dev"

    def sql(self, text: str) -> list[tuple[object, ...]]:
        return self.server.run(text, "dev")

    def one(self, text: str) -> object:
        return self.sql(text)[0][0]


@pytest.fixture(scope="session")
def running_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Postgres]:
    """A PostgreSQL 18 that has nothing to do with any server."""
    server = postgres.start(tmp_path_factory.mktemp("local"))
    server.run(f"CREATE ROLE me LOGIN PASSWORD '{MY_PASSWORD}'")
    yield server
    server.stop()


@pytest.fixture
def local(running_local: postgres.Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Local]:
    """An empty `dev`, which DATABASE_URL names, and the clients of PostgreSQL 18 on PATH."""
    running_local.run("CREATE DATABASE dev OWNER me")
    found = Local(running_local)
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", f"{postgres.binaries()}:{os.environ['PATH']}")
    monkeypatch.setenv("DATABASE_URL", found.url)
    yield found
    running_local.run("DROP DATABASE dev WITH (FORCE)")


@pytest.fixture
def pull(petbase: Petbase, estate: Estate, dump: str, local: Local, monkeypatch: pytest.MonkeyPatch) -> Pull:
    """pull("--yes") of the app fruits; there is no terminal, and the local password may not be printed."""
    assert estate
    assert dump
    assert local
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    petbase.secrets = [*petbase.secrets, MY_PASSWORD, "my%20own", postgres.PASSWORD]
    return lambda *words: petbase("pull", "fruits", *words)


def _put_first(folder: Path, monkeypatch: pytest.MonkeyPatch, tool: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / tool).write_text(f"#!/bin/sh\n{text}\n")
    (folder / tool).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_an_apps_rows_come_into_a_local_database_and_need_no_role(pull: Pull, local: Local, dump: str) -> None:
    ran = pull()
    assert ran.code == 0
    assert ran.out == f"dev holds fruits of {dump}: 1 table.\n"
    assert re.fullmatch(
        rf"dump      {dump}, [\d.]+ kB, made \d+ seconds? ago\n"
        rf'schema    fruits, 1 table in the dump\ndatabase  "dev" at 127.0.0.1, port {local.server.port}, as me\n'
        r"          which has no schema fruits yet; nothing is overwritten\n"
        r"restoring fruits into dev\n"
        r"The app finds them when its DATABASE_URL ends in \?options=-csearch_path%3Dfruits\S*\n"
        r'or, for every session from now on: ALTER DATABASE "dev" SET search_path = "fruits"(, "extensions")?;\n',
        ran.err,
    )
    assert local.one(MINE) == "apple banana"
    assert local.one("SELECT count(*) FROM fruits.names") == 2
    assert local.sql(OWNERS) == [("me",)]
    assert local.sql("SELECT rolname FROM pg_roles WHERE rolname IN ('fruits', 'shop')") == []


def test_the_words_at_the_end_let_the_app_find_its_tables(pull: Pull, local: Local) -> None:
    found = re.search(r"ends in (\S+)", pull().err)
    assert found
    url = local.url + found[1]
    with psycopg.connect(url) as session:
        assert session.execute("SELECT count(*) FROM fruits").fetchall() == [(2,)]
    if (program := bun.find()) is None:
        return
    script = 'import {sql} from "bun"; console.log((await sql`SELECT count(*) FROM fruits`)[0].count); process.exit(0)'
    environment = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(
        [str(program), "-e", script], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "2\n"


@pytest.mark.parametrize("schema", ["fruits", "my-app", "9.lives", "user", "default", "x" * 63])
def test_the_words_at_the_end_hold_for_every_name(local: Local, schema: str) -> None:
    local.sql(f'CREATE SCHEMA "{schema}" AUTHORIZATION me; CREATE SCHEMA extensions')
    path = pulling.search_path(schema, [Extension("vector", "extensions")])
    with psycopg.connect(local.url + pulling.url_end(path)) as session:
        assert session.execute("SELECT current_schema()").fetchall() == [(schema,)]
    local.sql(f"ALTER DATABASE dev SET search_path = {pulling.as_sql(path)}")
    with psycopg.connect(local.url) as session:
        assert session.execute("SELECT current_schema()").fetchall() == [(schema,)]


@pytest.mark.soak
def test_a_second_pull_makes_it_the_same_again(pull: Pull, local: Local) -> None:
    assert pull().code == 0
    local.sql("DELETE FROM fruits.fruits; CREATE TABLE fruits.draft (id int)")
    local.sql("CREATE SCHEMA other; CREATE TABLE other.kept (id int)")
    ran = pull("--yes")
    assert ran.code == 0
    assert "whose schema fruits is deleted, with 2 tables and what depends on them" in ran.err
    assert local.one(MINE) == "apple banana"
    assert local.sql("SELECT to_regclass('fruits.draft')::text, to_regclass('other.kept')::text") == [
        (None, "other.kept")
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", "Cancelled: there was no answer. Nothing was changed. In a script: --yes"),
        ("fruits\n", 'Cancelled: you typed "fruits", not "dev". Nothing was changed.'),
    ],
)
def test_what_is_there_goes_only_when_its_database_is_typed(
    pull: Pull, local: Local, monkeypatch: pytest.MonkeyPatch, answer: str, said: str
) -> None:
    local.sql("CREATE SCHEMA fruits; CREATE TABLE fruits.mine (id int)")
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    ran = pull()
    assert ran.code == 2
    assert ran.err.endswith(f"petbase: {said}\n")
    assert "Type dev to replace fruits in it:" in ran.err
    assert local.one("SELECT to_regclass('fruits.mine')::text") == "fruits.mine"


def test_what_cannot_be_restored_leaves_everything_as_it_was(
    petbase: Petbase, pull: Pull, local: Local, estate: Estate
) -> None:
    """A function in public, which is not here."""
    estate.sql("CREATE OR REPLACE FUNCTION public.one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    estate.sql("CREATE TABLE fruits.boxed (b int DEFAULT public.one())")
    assert petbase("backup").code == 0
    local.sql("CREATE SCHEMA fruits AUTHORIZATION me; CREATE TABLE fruits.mine (id int)")
    ran = pull("--yes")
    assert ran.code == 1
    assert "petbase: Nothing was changed in fruits. " in ran.err
    assert "HINT:  No function matches the given name" in ran.err
    assert local.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'fruits'") == [("mine",)]


def test_a_pg_restore_that_ends_early_commits_nothing(
    pull: Pull, local: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("pg_restore")
    early = 'case "$*" in *--use-list*) echo "CREATE TABLE fruits.half (id int);"; echo killed >&2; exit 137;; esac'
    _put_first(tmp_path / "early", monkeypatch, "pg_restore", f'{early}\nexec {real} "$@"')
    ran = pull("--yes")
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1,
        "petbase: Nothing was changed in fruits. pg_restore answered 137: killed.",
    )
    assert local.one("SELECT to_regnamespace('fruits')") is None


def test_no_password_is_in_an_argument(pull: Pull, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dump: str) -> None:
    seen = tmp_path / "seen"
    for tool in ("psql", "pg_restore"):
        real = shutil.which(tool)
        _put_first(tmp_path / "watched", monkeypatch, tool, f'echo "{tool} $*" >>{seen}; exec {real} "$@"')
    assert pull().code == 0
    assert dump
    lines = seen.read_text().splitlines()
    assert {line.split()[0] for line in lines} == {"psql", "pg_restore"}
    assert not [line for line in lines if "own" in line.replace("--no-owner", "") or "://" in line]


@pytest.mark.soak
def test_without_a_url_it_goes_where_psql_goes(pull: Pull, local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(local.server.port), "PGUSER": "me", "PGDATABASE": "dev"}
    for name, value in {**where, "PGPASSWORD": MY_PASSWORD}.items():
        monkeypatch.setenv(name, value)
    assert pull().code == 0
    assert local.one(MINE) == "apple banana"


@pytest.mark.soak
def test_a_server_that_does_not_tell_its_number_will_do(pull: Pull, local: Local) -> None:
    """As a managed one may."""
    local.sql("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    assert pull().code == 0
    assert local.one(MINE) == "apple banana"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("keys", [True, False])
def test_the_server_itself_is_refused_at_the_end_of_a_tunnel(
    pull: Pull, estate: Estate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keys: bool
) -> None:
    """With and without a key for the server: what lies in the database tells it too."""
    port = _free_port()
    there = Tunnel(estate.connection, "db", "fruits", port)
    monkeypatch.setenv("DATABASE_URL", there.url())
    if not keys:
        (tmp_path / "none").touch()
        monkeypatch.setenv("PETBASE_IDENTITY", str(tmp_path / "none"))
    with there.open():
        ran = pull("--yes")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f'petbase: "db" at 127.0.0.1, port {port}, as fruits is a server of Petbase\'s, reached by a tunnel it seems; '
        "pull is for a database of your own. Name that: --to URL. To bring a dump back to the server: "
        "./petbase restore\n"
    )
    assert estate.sql(MINE) == "apple banana"


def test_another_database_of_the_server_is_refused_too(pull: Pull, estate: Estate) -> None:
    port = _free_port()
    there = Tunnel(estate.connection, "db", "fruits", port)
    superuser = estate.connection.run("dokku", "postgres:info", "db", "--dsn").strip().partition("@")[0]
    with there.open():
        ran = pull("--yes", "--to", f"{superuser}@127.0.0.1:{port}/postgres")
    assert ran.code == 2
    assert ran.err == (
        f'petbase: "postgres" at 127.0.0.1, port {port}, as postgres is db itself, by a tunnel; '
        "pull is for a database of your own. Name that: --to URL\n"
    )


def test_without_a_key_for_the_server_it_goes_on_and_says_so(
    pull: Pull, local: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").touch()
    monkeypatch.setenv("PETBASE_IDENTITY", str(tmp_path / "none"))
    ran = pull()
    assert ran.code == 0
    assert ran.err.startswith(f'The server was not asked whether "dev" at 127.0.0.1, port {local.server.port}, as me ')
    assert local.one(MINE) == "apple banana"


@pytest.mark.parametrize(
    "url", ["mysql://me@localhost/dev", "postgres://me@localhost:port/dev", "postgres://me:a%0Ab@localhost/dev", "dev"]
)
def test_what_is_no_url_is_refused_and_not_shown(pull: Pull, url: str) -> None:
    ran = pull("--to", url)
    assert (ran.code, ran.err) == (
        2,
        "petbase: --to is not a PostgreSQL URL; write one like postgres://me@localhost:5432/dev\n",
    )


def test_a_database_that_does_not_answer_is_named(pull: Pull, monkeypatch: pytest.MonkeyPatch) -> None:
    port = _free_port()
    monkeypatch.setenv("DATABASE_URL", f"postgres://me:secret@127.0.0.1:{port}/dev")
    ran = pull()
    assert ran.code == 1
    assert ran.err.startswith("petbase: The PostgreSQL of DATABASE_URL cannot be used: ")
    assert "Connection refused" in ran.err
    assert "secret" not in ran.err


def test_a_missing_client_is_said_before_anything_is_fetched(
    pull: Pull, pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(pulumi.folder))
    ran = pull()
    assert (ran.code, ran.err) == (
        2,
        "petbase: psql is not on PATH. Install the client of PostgreSQL 18: https://www.postgresql.org/download/\n",
    )


def test_a_client_that_is_too_old_is_refused(pull: Pull, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put_first(tmp_path / "old", monkeypatch, "pg_restore", "echo 'pg_restore (PostgreSQL) 16.14 (Debian 16.14-1)'")
    ran = pull()
    assert (ran.code, ran.err) == (
        2,
        "petbase: pg_restore on PATH is of version 16 and cannot read dumps of PostgreSQL 18. Install the client of 18 "
        "or later, and put it first on PATH: https://www.postgresql.org/download/\n",
    )


def test_a_local_server_that_is_too_old_is_refused(pull: Pull, tmp_path: Path) -> None:
    server = postgres.start(tmp_path, major=16)
    try:
        ran = pull("--to", server.url())
    finally:
        server.stop()
    assert (ran.code, ran.err) == (
        2,
        f'petbase: "postgres" at 127.0.0.1, port {server.port}, as postgres is PostgreSQL 16, and the dump is of 18, '
        "which it cannot take. Start a local PostgreSQL 18, and name it: --to URL\n",
    )


def test_a_database_elsewhere_must_be_named(pull: Pull, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = "printf '192.0.2.7\\n5432\\nme\\ndev\\n18\\n1\\nf\\n'"
    _put_first(tmp_path / "far", monkeypatch, "psql", says)
    ran = pull("--yes")
    assert (ran.code, ran.err) == (
        2,
        'petbase: "dev" at 192.0.2.7, port 5432, as me is not on this machine. If you mean it, name it: '
        "--to postgres://192.0.2.7/dev with PGUSER and PGPASSWORD\n",
    )


@pytest.mark.usefixtures("pull")
def test_an_app_younger_than_the_dump_says_so(petbase: Petbase, estate: Estate, pulumi: Pulumi) -> None:
    apps = {**estate.outputs["apps"], "young": {**estate.outputs["apps"]["fruits"], "schema": "young"}}
    pulumi.stack("test", {**estate.outputs, "apps": apps})
    ran = petbase("pull", "young")
    assert ran.code == 1
    assert "holds no schema young; the app is younger than it. Make one now: ./petbase backup" in ran.err


@pytest.mark.parametrize(("said", "safe"), [("17.5", "17.6"), ("14.18 (Ubuntu 14.18-1)", "14.19")])
def test_a_client_that_a_name_in_a_dump_can_command_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, safe: str
) -> None:
    """CVE-2025-8715."""
    _put_first(tmp_path / "old", monkeypatch, "psql", "")
    _put_first(tmp_path / "old", monkeypatch, "pg_restore", f"echo 'pg_restore (PostgreSQL) {said}'")
    with pytest.raises(RefusedError, match=rf"Install {safe} or later: https://www\.postgresql\.org/download/$"):
        pg_tools.require_tools(13)


@pytest.fixture
def with_vector(petbase: Petbase, estate: Estate) -> Iterator[None]:
    """A column of an extension's type on the server, and a dump of it."""
    estate.sql("CREATE SCHEMA IF NOT EXISTS extensions; CREATE EXTENSION vector SCHEMA extensions;")
    estate.sql("CREATE TABLE fruits.tastes (id int, taste extensions.vector(2)); ")
    estate.sql("INSERT INTO fruits.tastes VALUES (1, '[1,2]');")
    assert petbase("backup").code == 0
    yield
    estate.sql("DROP EXTENSION vector CASCADE;")


@pytest.mark.usefixtures("with_vector")
@pytest.mark.soak
def test_an_extension_is_made_where_the_local_server_has_it(pull: Pull, local: Local) -> None:
    ran = pull("--to", local.server.url("dev"))
    assert ran.code == 0
    assert "ends in ?options=-csearch_path%3Dfruits%2Cextensions\n" in ran.err
    assert local.one("SELECT taste::text FROM fruits.tastes") == "[1,2]"


@pytest.mark.usefixtures("with_vector")
@pytest.mark.soak
def test_an_extension_that_this_user_may_not_make_is_told(pull: Pull, local: Local) -> None:
    ran = pull()
    assert ran.code == 1
    assert ran.err.endswith(' Missing here: extension vector: permission denied to create extension "vector"\n')
    assert local.one("SELECT to_regnamespace('fruits')") is None


@pytest.mark.usefixtures("with_vector")
@pytest.mark.soak
def test_an_extension_that_the_local_server_lacks_is_named(pull: Pull, local: Local, estate: Estate) -> None:
    local.sql("ALTER SYSTEM SET extension_control_path = '/nowhere'")
    local.sql("SELECT pg_reload_conf()")
    try:
        ran = pull()
        estate.sql("DROP TABLE fruits.tastes;")
    finally:
        local.sql("ALTER SYSTEM RESET extension_control_path")
        local.sql("SELECT pg_reload_conf()")
    assert ran.code == 1
    assert "which does not offer vector; what needs that cannot be restored" in ran.err
    assert ran.err.endswith(" Missing here: extension vector: not offered\n")


def test_an_encrypted_dump_opens_by_the_passphrase(
    pull: Pull, local: Local, locked_dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "its passphrase is not known here" in pull("--file", str(locked_dump)).err
    monkeypatch.setenv("PETBASE_BACKUP_PASSPHRASE", "a passphrase")
    assert pull("--file", str(locked_dump)).code == 0
    assert local.one(MINE) == "apple banana"


@pytest.fixture
def sandbox(dump: str, estate: Estate, pulumi: Pulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The estate as the stack `sandbox`, for a separate process; its dump."""
    root = tmp_path / "sandbox"
    (root / "project").mkdir(parents=True)
    shutil.copy(estate.host.key, root / "id_ed25519")
    pulumi.stack("sandbox", estate.outputs)
    monkeypatch.setenv("PETBASE_SANDBOX", str(root))
    monkeypatch.delenv("PETBASE_IDENTITY")
    return dump


@pytest.mark.soak
def test_the_program_itself_pulls_from_the_sandbox(sandbox: str, local: Local) -> None:
    words = [str(CHECKOUT / "petbase"), "pull", "fruits", "--stack", "sandbox"]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (0, f"dev holds fruits of {sandbox}: 1 table.\n"), done.stderr
    assert local.one(MINE) == "apple banana"
