"""psql as an app, and a tunnel: over SSH to a host, with real PostgreSQL."""

import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.faults.support.bench import Bench
from tests.support.hosts.estate import Estate
from tests.support.hosts.sandbox_host import wait_for
from tests.support.operate import Petbase
from tests.support.terminal import Person


@pytest.mark.usefixtures("estate")
def test_psql_as_an_app_is_what_the_app_may_do(petbase: Petbase) -> None:
    ran = petbase("psql", "--app", "fruits", "-c", "SELECT current_user, session_user, count(*) FROM fruits")
    assert (ran.code, ran.err) == (0, "")
    assert "fruits       | fruits       |     2" in ran.out
    ran = petbase("psql", "--app", "shop", "-c", "SELECT * FROM fruits.fruits")
    assert ran.code == 1
    assert "permission denied for schema fruits" in ran.err
    assert petbase("psql", "--app", "shop", "-c", "SET ROLE postgres").code == 1


def test_psql_as_an_app_never_shows_its_password(petbase: Petbase, estate: Estate) -> None:
    bench = Bench(estate.host, "test")
    password = bench.env("fruits")["DATABASE_URL"].split(":")[2].partition("@")[0]
    seen = petbase("psql", "--app", "fruits", "-c", "\\! cat /proc/[0-9]*/cmdline 2>/dev/null").out.replace("\0", " ")
    assert "psql --set ON_ERROR_STOP=1 --host localhost --username fruits" in seen
    assert password not in seen


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("who", [[], ["--app", "fruits"]])
def test_read_only_refuses_to_write(petbase: Petbase, who: list[str]) -> None:
    ran = petbase("psql", "--read-only", *who, "-c", "DELETE FROM fruits.fruits")
    assert (ran.code, ran.out) == (1, "")
    assert "cannot execute DELETE in a read-only transaction" in ran.err
    assert " 2\n" in petbase("psql", "--read-only", *who, "-c", "SELECT count(*) FROM fruits.fruits").out


def test_psql_as_an_app_reads_stdin(sandbox: str) -> None:
    words = [sandbox, "psql", "--app", "fruits"]
    sql = "SELECT name FROM fruits ORDER BY 1;\n"
    done = subprocess.run(words, input=sql, capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["name", "--------", "apple", "banana", "(2", "rows)"], "")


def test_psql_as_an_app_prompts_where_a_person_sits(sandbox: str) -> None:
    with Person([sandbox, "psql", "--app", "fruits"]) as person:
        person.sees("db=> ")
        person.types("SELECT 'I am ' || current_user;")
        person.sees("I am fruits")
        person.types("\\q")
        assert person.ends() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _tunnel(petbase: str, port: int) -> Iterator["subprocess.Popen[str]"]:
    words = [petbase, "tunnel", "fruits", "--port", str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as tunnel:
        try:
            yield tunnel
        finally:
            tunnel.kill()


def test_a_tunnel_leads_to_the_apps_own_data_until_ctrl_c(sandbox: str) -> None:
    port = _free_port()
    with _tunnel(sandbox, port) as tunnel:
        assert tunnel.stdout
        line = tunnel.stdout.readline()
        found = re.fullmatch(rf"DATABASE_URL=(postgres://fruits:[0-9a-f]{{48}}@127\.0\.0\.1:{port}/db)\n", line)
        assert found, line
        with psycopg.connect(found[1], connect_timeout=10) as session:
            assert session.execute("SELECT current_user, count(*) FROM fruits").fetchall() == [("fruits", 2)]
        tunnel.send_signal(signal.SIGINT)
        out, err = tunnel.communicate(timeout=30)
        assert (tunnel.returncode, out) == (0, "")
        assert err == f"127.0.0.1:{port} leads to db on sandbox; Ctrl-C closes it.\nThe tunnel is closed.\n"
    assert not _listens(port)


def test_a_terminal_is_warned_of_the_secret(sandbox: str) -> None:
    with Person([sandbox, "tunnel", "fruits", "--port", str(_free_port())]) as person:
        person.sees("This is a secret: it opens the app's data.")
        person.sees("Ctrl-C closes it.")
        person.types("\x03")
        person.sees("The tunnel is closed.")
        assert person.ends() == 0


@pytest.mark.usefixtures("estate")
def test_a_port_that_is_taken_is_refused(petbase: Petbase) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        ran = petbase("tunnel", "fruits", "--port", str(port))
    assert (ran.code, ran.err) == (2, f"petbase: Port {port} is taken on this machine; name another: --port N\n")


def test_a_database_that_does_not_run_is_named(petbase: Petbase, estate: Estate) -> None:
    estate.connection.run("dokku", "postgres:stop", "db")
    try:
        ran = petbase("tunnel", "fruits", "--port", str(_free_port()))
    finally:
        estate.connection.run("dokku", "postgres:start", "db")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "petbase: db is not running. Look at: ./petbase ssh dokku postgres:info db\n"


@pytest.mark.parametrize(("user", "greeting"), [("root", b"SSH-2.0"), ("dokku", b"")])
def test_a_key_that_only_pushes_opens_no_tunnel(estate: Estate, user: str, greeting: bytes) -> None:
    """Dokku writes no-port-forwarding before each key; OpenSSH keeps to it, and so does the stand-in."""
    port, machine = _free_port(), estate.host.machine
    forward = ["-N", "-L", f"127.0.0.1:{port}:{machine.address}:{machine.ssh_port}"]
    with subprocess.Popen(estate.host.ssh_words("", user=user, options=forward)) as ssh:
        try:
            wait_for(lambda: _listens(port))
            with socket.create_connection(("127.0.0.1", port), timeout=10) as session:
                assert session.recv(7) == greeting
        finally:
            ssh.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
