"""What becomes of a command whose client is killed: why every script of Petbase ignores HUP and PIPE.

The same on a real host: without a terminal there is no SIGHUP, only pipes that no process reads any more.
"""

import subprocess
from collections.abc import Sequence

from tests.support.hosts.sandbox_host import SandboxHost, wait_for

_WRITING = (
    "echo $$ >/run/{name}.pid; n=0; while [ $n -lt 40 ]; do echo tick; n=$((n+1)); sleep 0.05; done; "
    "touch /run/{name}.end"
)


def _cut(host: SandboxHost, name: str, script: str, options: Sequence[str] = ()) -> None:
    """Start `script`, and kill its client once it runs."""
    words = host.ssh_words(script.format(name=name), options=options)
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as ssh:
        wait_for(lambda: _exists(host, f"{name}.pid") and (host.machine.root / f"run/{name}.pid").read_text())
        ssh.kill()


def _exists(host: SandboxHost, file: str) -> bool:
    return (host.machine.root / "run" / file).exists()


def _lives(host: SandboxHost, name: str) -> bool:
    number = (host.machine.root / f"run/{name}.pid").read_text().strip()
    return host.machine.run(["kill", "-0", number]).returncode == 0


def test_a_command_that_writes_dies_with_its_client(own_host: SandboxHost) -> None:
    _cut(own_host, "plain", _WRITING)
    wait_for(lambda: not _lives(own_host, "plain"))
    assert not _exists(own_host, "plain.end")


def test_a_command_that_ignores_hup_and_pipe_finishes(own_host: SandboxHost) -> None:
    _cut(own_host, "trap", "trap '' HUP PIPE; " + _WRITING)
    wait_for(lambda: _exists(own_host, "trap.end"))


def test_a_command_that_writes_nothing_does_not_notice(own_host: SandboxHost) -> None:
    _cut(own_host, "quiet", "echo $$ >/run/{name}.pid; sleep 1; touch /run/{name}.end")
    wait_for(lambda: _exists(own_host, "quiet.end"))


def test_a_command_on_a_terminal_is_hung_up(own_host: SandboxHost) -> None:
    _cut(own_host, "tty", "echo $$ >/run/{name}.pid; sleep 60; touch /run/{name}.end", ["-tt"])
    wait_for(lambda: not _lives(own_host, "tty"), seconds=40)
    assert not _exists(own_host, "tty.end")


def test_the_host_serves_on_after_a_client_was_killed(own_host: SandboxHost) -> None:
    _cut(own_host, "next", _WRITING)
    assert own_host.ssh("echo here").stdout == "here\n"
