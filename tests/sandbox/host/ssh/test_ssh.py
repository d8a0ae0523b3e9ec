"""How SSH to a sandbox host behaves, seen by a real OpenSSH client."""

import hashlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.hosts.sandbox_host import SandboxHost, make_key


def test_a_command_gets_its_stdin_and_returns_both_outputs_and_its_exit_code(sandbox_host: SandboxHost) -> None:
    ran = sandbox_host.ssh("cat; echo problem >&2; exit 7", stdin="words\n")
    assert (ran.returncode, ran.stdout, ran.stderr) == (7, "words\n", "problem\n")


def test_megabytes_pass_unchanged_both_ways(sandbox_host: SandboxHost) -> None:
    data = os.urandom(6 * 2**20)
    ran = subprocess.run(sandbox_host.ssh_words("tee /dev/stderr"), input=data, capture_output=True, check=True)
    assert hashlib.sha256(ran.stdout).digest() == hashlib.sha256(data).digest()
    assert hashlib.sha256(ran.stderr).digest() == hashlib.sha256(data).digest()


def test_stdin_that_is_not_read_does_not_hold_the_session(sandbox_host: SandboxHost) -> None:
    ran = subprocess.run(
        sandbox_host.ssh_words("exec <&-; echo done"), input=bytes(2**22), capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, b"done\n")


def test_root_gets_a_plain_environment(sandbox_host: SandboxHost) -> None:
    lines = sandbox_host.ssh("env").stdout.splitlines()
    names = {line.partition("=")[0] for line in lines}
    usual = {"HOME", "LOGNAME", "PATH", "SHELL", "SSH_CLIENT", "SSH_CONNECTION", "USER"}
    assert names - {"LANG", "LC_ALL", "PWD", "SHLVL", "_"} == usual
    assert {"HOME=/root", "USER=root", "PWD=/root"} <= set(lines)


def test_output_streams_while_the_command_runs(sandbox_host: SandboxHost) -> None:
    with subprocess.Popen(sandbox_host.ssh_words("echo one; read x; echo $x"), stdin=-1, stdout=-1, text=True) as ssh:
        assert ssh.stdin is not None
        assert ssh.stdout is not None
        assert ssh.stdout.readline() == "one\n"
        ssh.stdin.write("two\n")
        ssh.stdin.flush()
        assert ssh.stdout.readline() == "two\n"


def test_a_background_child_that_keeps_the_output_holds_the_client(sandbox_host: SandboxHost) -> None:
    began = time.monotonic()
    assert sandbox_host.ssh("sleep 0.8 & echo started").stdout == "started\n"
    assert time.monotonic() - began >= 0.8


def test_a_command_killed_by_a_signal_is_255_to_the_client(sandbox_host: SandboxHost) -> None:
    assert sandbox_host.ssh("kill -KILL $$").returncode == 255


def test_a_terminal_is_a_real_one_with_a_login_shell(sandbox_host: SandboxHost) -> None:
    ran = sandbox_host.ssh("", options=["-tt"], stdin="tty; echo $0; echo $TERM $SSH_TTY; exit 3\n")
    assert ran.returncode == 3
    assert "/dev/pts/" in ran.stdout
    assert "\n-bash\n" in ran.stdout


def test_twenty_clients_at_once_are_all_served_and_logged(own_host: SandboxHost) -> None:
    before = own_host.machine.log("auth.log").count("Accepted publickey for root from 127.0.0.1 port ")
    clients = [
        subprocess.Popen(own_host.ssh_words(f"sleep 0.5; echo {n}"), stdout=subprocess.PIPE, text=True)
        for n in range(20)
    ]
    assert [client.communicate()[0] for client in clients] == [f"{n}\n" for n in range(20)]
    assert own_host.machine.log("auth.log").count("Accepted publickey for root from 127.0.0.1 port ") == before + 20


@pytest.mark.parametrize("user", ["root", "dokku", "nobody", "stranger"])
def test_a_key_that_is_not_registered_is_refused(own_host: SandboxHost, tmp_path: Path, user: str) -> None:
    stranger = SandboxHost(own_host.machine, make_key(tmp_path / "id"))
    ran = stranger.ssh("true", user=user)
    assert ran.returncode == 255
    assert f"{user}@{own_host.machine.address}: Permission denied (publickey,password).\n" in ran.stderr


def test_roots_key_does_not_open_the_dokku_user(own_host: SandboxHost) -> None:
    assert "Permission denied (publickey,password)" in own_host.ssh("true", user="dokku").stderr


def test_a_forced_command_runs_instead_and_knows_what_was_asked(own_host: SandboxHost) -> None:
    _register(own_host, r'command="echo \"name=$NAME\" `cat /home/dokku/word` $SSH_ORIGINAL_COMMAND",no-pty')
    (own_host.machine.root / "home/dokku/word").write_text("real\n")
    assert own_host.ssh("apps:list --quiet 'a  b'", user="dokku").stdout == "name= real apps:list --quiet 'a b'\n"
    assert own_host.ssh("", user="dokku").stdout == "name= real\n"


def test_a_forced_command_gets_the_users_own_environment(own_host: SandboxHost) -> None:
    _register(own_host, 'command="echo $USER $LOGNAME $HOME $PWD"')
    assert own_host.ssh("x", user="dokku").stdout == "dokku dokku /home/dokku /home/dokku\n"


def _register(host: SandboxHost, options: str) -> None:
    (host.machine.root / "home/dokku/.ssh/authorized_keys").write_text(f"{options} {host.public_key}\n")


def test_no_other_subsystem_is_served(sandbox_host: SandboxHost) -> None:
    ran = sandbox_host.ssh("netconf", options=["-s"])
    assert ran.returncode != 0
    assert "subsystem request failed" in ran.stderr
