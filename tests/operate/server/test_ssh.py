"""url, psql and ssh on a host, and what a connection that cannot be made says."""

import re
import subprocess
from pathlib import Path

import pytest

from operate.server.connection.errors import ConnectionCutError
from operate.server.ssh import Connection
from operate.stack.outputs import Server
from tests.support.hosts.estate import Estate
from tests.support.hosts.sandbox_host import make_key
from tests.support.operate import Petbase, Pulumi
from tests.support.terminal import Person


@pytest.mark.usefixtures("estate")
def test_url_prints_the_apps_own_role(petbase: Petbase) -> None:
    ran = petbase("url", "fruits")
    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(r"postgres://fruits:[0-9a-f]{48}@dokku-postgres-db:5432/db\n", ran.out)


@pytest.mark.usefixtures("estate")
def test_an_unknown_app_is_refused_with_the_known_ones(petbase: Petbase) -> None:
    ran = petbase("url", "friuts")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == 'petbase: The stack test has no app "friuts"; it has: fruits, shop.\n'


def test_an_app_that_went_by_hand_is_an_error_of_the_server(petbase: Petbase, estate: Estate, pulumi: Pulumi) -> None:
    gone = {**estate.outputs, "apps": {"gone": estate.outputs["apps"]["fruits"]}}
    pulumi.stack("test", gone)
    ran = petbase("url", "gone")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "petbase: dokku config:get failed on the server (20): App gone does not exist\n"


@pytest.mark.usefixtures("estate")
def test_psql_runs_a_command_as_the_superuser(petbase: Petbase) -> None:
    ran = petbase("psql", "--command", "SELECT current_user, count(*) FROM fruits.fruits")
    assert (ran.code, ran.err) == (0, "")
    assert "postgres     |     2" in ran.out


def test_psql_runs_what_comes_on_stdin(sandbox: str) -> None:
    sql = "SELECT 40 + 2 AS answer;\n"
    done = subprocess.run([sandbox, "psql"], input=sql, capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == (" answer \n--------\n     42\n(1 row)\n\n", "")


def test_psql_prompts_where_a_person_sits(sandbox: str) -> None:
    with Person([sandbox, "psql"]) as person:
        person.sees("db=# ")
        person.types("SELECT 40 + 2 AS answer;")
        person.sees("     42")
        person.sees("db=# ")
        person.types("\\q")
        assert person.ends() == 0


def test_ssh_is_a_shell_where_a_person_sits(sandbox: str) -> None:
    with Person([sandbox, "ssh"]) as person:
        person.sees("# ")
        person.types("tty; exit 3")
        person.sees("/dev/pts/")
        assert person.ends() == 3


@pytest.mark.usefixtures("estate")
def test_psql_ends_with_1_at_the_first_sql_error(petbase: Petbase) -> None:
    ran = petbase("psql", "-c", "SELECT nope; SELECT 1")
    assert (ran.code, ran.out) == (1, "")
    assert 'column "nope" does not exist' in ran.err
    assert petbase("psql", "-c", " ").err == "petbase: --command holds no SQL.\n"
    assert petbase("psql", "-c", "SELECT 1", "-c", " ").err == "petbase: --command holds no SQL.\n"


@pytest.mark.usefixtures("estate")
def test_psql_runs_every_command_that_it_gets(petbase: Petbase) -> None:
    ran = petbase("psql", "-c", "SELECT 41", "-c", "\\echo then", "-c", "SELECT 43; -- the last")
    shown = [line.strip() for line in ran.out.splitlines() if line.strip(" -")]
    assert shown == ["?column?", "41", "(1 row)", "then", "?column?", "43", "(1 row)"]


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("words", "out", "code"),
    [
        (["echo", "a  b", "$HOME"], "a  b $HOME\n", 0),
        (["echo $((40 + 2)) | tr 2 3; exit 7"], "43\n", 7),
        (["ls", "-d", "/home/dokku"], "/home/dokku\n", 0),
    ],
)
def test_ssh_takes_one_word_as_a_line_and_several_as_words(
    petbase: Petbase, words: list[str], out: str, code: int
) -> None:
    ran = petbase("ssh", *words)
    assert (ran.code, ran.out) == (code, out)


def _connection(estate: Estate, key: Path | None = None, **server: object) -> Connection:
    values = {**vars(estate.stack.server), **server}
    return Connection(Server(**values), key or estate.host.key, lonely=True)


def _problem(connection: Connection) -> str:
    with pytest.raises(Exception) as problem:  # noqa: PT011  each caller compares the whole text
        connection.run("true")
    return str(problem.value)


def test_another_machine_at_the_address_is_refused(estate: Estate, tmp_path: Path) -> None:
    other = Path(f"{make_key(tmp_path / 'other')}.pub").read_text().strip()
    server = estate.stack.server
    assert _problem(_connection(estate, host_key=other)) == (
        f"root@{server.address}, port {server.port} shows another host key than the stack's, so nothing was sent. "
        "If the server was replaced, run pulumi up; if not, someone may be intercepting the connection."
    )


def test_a_key_that_does_not_open_is_named(estate: Estate, tmp_path: Path) -> None:
    server = estate.stack.server
    assert _problem(_connection(estate, make_key(tmp_path / "stranger"))) == (
        f"root@{server.address}, port {server.port} refuses your keys. Load the right one (ssh-add FILE) or name it: "
        "--identity FILE; the keys that open it are server.authorized-keys in the stack file."
    )


def test_a_server_that_is_off_is_named(estate: Estate) -> None:
    address = estate.stack.server.address
    assert _problem(_connection(estate, port=9)) == (
        f"root@{address}, port 9 cannot be reached: ssh: connect to host {address} port 9: Connection refused. "
        "Is the server running, and may your address use its SSH port?"
    )


def test_a_connection_that_is_cut_after_it_began_is_told_as_that(estate: Estate) -> None:
    server, steps = estate.stack.server, list[str]()
    with pytest.raises(ConnectionCutError) as problem:
        _connection(estate).stream("echo a step; kill -9 $$", "", steps.append)
    assert steps == ["a step"]
    assert str(problem.value) == f"The connection to root@{server.address}, port {server.port} was cut."


@pytest.mark.usefixtures("pulumi")
def test_a_key_file_that_is_not_there_is_refused(petbase: Petbase) -> None:
    ran = petbase("url", "fruits", "--identity", "/nope")
    assert (ran.code, ran.err) == (
        2,
        "petbase: There is no key file /nope; name a private key with --identity or PETBASE_IDENTITY.\n",
    )


def test_a_user_who_is_not_root_takes_sudo(estate: Estate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The host has no sudo, so the words that ssh gets are what is compared."""
    (tmp_path / "ssh").write_text('#!/bin/sh\nfor word; do :; done\nprintf "%s" "$word"\n')
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = _connection(estate, user="me").run("dokku", "config:get", "fruits", "A B")
    assert said == "sudo --non-interactive sh -c 'dokku config:get fruits '\"'\"'A B'\"'\"''"
