"""Files to and from a sandbox host, by OpenSSH's own clients and by the library that the command provider uses."""

import asyncio
import os
import stat
import subprocess
from pathlib import Path

import asyncssh
import pytest

from tests.support.hosts.sandbox_host import SandboxHost


def sftp(host: SandboxHost, batch: str, *, user: str = "root") -> subprocess.CompletedProcess[str]:
    options = ["-P" if word == "-p" else word for word in host.ssh_options]
    words = ["sftp", "-b", "-", *options, f"{user}@{host.machine.address}"]
    return subprocess.run(words, input=batch, text=True, capture_output=True, check=False, timeout=60)


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big"
    path.write_bytes(os.urandom(3 * 2**20))
    return path


def test_megabytes_pass_unchanged_both_ways(sandbox_host: SandboxHost, big: Path, tmp_path: Path) -> None:
    ran = sftp(sandbox_host, f"put {big} /var/tmp/big\nget /var/tmp/big {tmp_path}/back\n")
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "back").read_bytes() == big.read_bytes()


def test_a_relative_path_starts_in_the_logins_home(sandbox_host: SandboxHost, big: Path) -> None:
    assert sftp(sandbox_host, f"mkdir incoming\nput {big} incoming/x\n").returncode == 0
    assert sandbox_host.ssh("stat -c %s /root/incoming/x").stdout == f"{big.stat().st_size}\n"


def test_a_new_file_is_readable_by_all_and_writable_by_its_owner(sandbox_host: SandboxHost) -> None:
    async def write() -> None:
        connect = asyncssh.connect(
            sandbox_host.machine.address,
            sandbox_host.machine.ssh_port,
            username="root",
            client_keys=[str(sandbox_host.key)],
            known_hosts=None,
            config=None,
        )
        async with connect as connection, connection.start_sftp_client() as client:
            await client.mkdir("/usr/local/lib/petbase")
            async with client.open("/usr/local/lib/petbase/x", "wb") as file:
                await file.write(b"x")

    asyncio.run(write())
    disk = sandbox_host.machine.root / "usr/local/lib/petbase"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (disk, disk / "x")] == [0o755, 0o644]


def test_a_file_that_cannot_be_written_is_an_error(sandbox_host: SandboxHost, big: Path) -> None:
    ran = sftp(sandbox_host, f"put {big} /usr/bin/big\n")
    assert ran.returncode != 0
    assert 'dest open "/usr/bin/big": Failure' in ran.stderr


def test_scp_copies_by_it_too(sandbox_host: SandboxHost, big: Path) -> None:
    options = ["-P" if word == "-p" else word for word in sandbox_host.ssh_options]
    words = ["scp", "-q", *options, str(big), f"root@{sandbox_host.machine.address}:by-scp"]
    subprocess.run(words, check=True, timeout=60)
    assert sandbox_host.ssh("stat -c %s by-scp").stdout == f"{big.stat().st_size}\n"


def test_a_forced_command_runs_in_its_place(own_host: SandboxHost) -> None:
    line = f'command="echo forced >/home/dokku/ran" {own_host.public_key}\n'
    (own_host.machine.root / "home/dokku/.ssh/authorized_keys").write_text(line)
    assert sftp(own_host, "ls /\n", user="dokku").returncode != 0
    assert (own_host.machine.root / "home/dokku/ran").read_text() == "forced\n"


def test_a_server_whose_configuration_names_no_sftp_refuses_it(own_host: SandboxHost) -> None:
    own_host.ssh("sed -i /^Subsystem/d /etc/ssh/sshd_config && systemctl reload ssh")
    ran = sftp(own_host, "ls /\n")
    assert ran.returncode != 0
    assert "subsystem request failed" in ran.stderr
