"""How SSH to a sandbox host behaves, seen by a real OpenSSH client."""

from __future__ import annotations

from tests.support.host import SandboxHost


def test_a_command_gets_its_stdin_and_returns_both_outputs_and_its_exit_code(sandbox_host: SandboxHost) -> None:
    ran = sandbox_host.ssh("cat; echo problem >&2; exit 7", stdin="words\n")
    assert (ran.returncode, ran.stdout, ran.stderr) == (7, "words\n", "problem\n")
