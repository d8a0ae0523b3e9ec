"""A server is hardened over SSH, once and for good: what is there already stays, and nothing locks anybody out."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from components.dokku import program
from host.server.ensure import EnsureServer
from host.server.hardening import texts
from host.server.hardening.drift import FILE, LIVE_RESTORE, METADATA_REACHED, SETTING, Drift
from tests.faults.support.bench import NAME, Bench
from tests.support.hosts.sandbox_host import start_host

DROP_IN = "etc/ssh/sshd_config.d/00-petbase-hardening.conf"
FOREIGN = "etc/ssh/sshd_config.d/50-theirs.conf"


def host(bench: Bench, *, harden: bool = True) -> EnsureServer:
    return EnsureServer(domain="localhost", key=(bench.host.public_key,), harden=harden)


@pytest.fixture(scope="module")
def hardened(sandbox_root: Path, sandbox_key: Path) -> Iterator[Bench]:
    """A host of this file's own, on which the command ran once."""
    made = start_host(sandbox_root, "hardened", sandbox_key)
    bench = Bench(made)
    bench.install()
    bench.done(host(bench))
    yield bench
    made.machine.destroy()


@pytest.fixture
def server(hardened: Bench) -> Iterator[Bench]:
    """The same, hardened whatever the test before did."""
    yield hardened
    (hardened.disk / FOREIGN).unlink(missing_ok=True)
    hardened.done(host(hardened))


def offered(bench: Bench) -> str:
    """What the server offers to somebody without a key, in a real client's words."""
    answer = bench.host.ssh("true", options=["-o", "PubkeyAuthentication=no", "-o", "LogLevel=INFO"])
    assert answer.returncode == 255
    return answer.stderr.splitlines()[-1].partition("Permission denied ")[2]


async def enter(bench: Bench, password: str) -> None:
    machine = bench.host.machine
    await asyncssh.connect(
        machine.address, machine.ssh_port, known_hosts=None, username="root", password=password, client_keys=None
    )


_LOOK = f"""
import dataclasses, json, sys
sys.path.insert(0, "{program.path_on_server(NAME)}")
from host.core.host import Host
from host.server.hardening.drift import drift
json.dump([dataclasses.asdict(one) for one in drift(Host("{NAME}"))], sys.stdout)
"""


def lost(bench: Bench) -> list[Drift]:
    """What the server finds of itself, as ./petbase doctor asks it."""
    return [Drift(**one) for one in json.loads(bench.root("python3 -", stdin=_LOOK))]


def test_a_look_finds_what_is_no_longer_hardened_and_the_next_run_mends_it(server: Bench) -> None:
    assert lost(server) == []
    server.root("nft flush ruleset; rm /etc/systemd/journald.conf.d/petbase.conf; sed -i 1d /etc/petbase-metadata.nft")
    server.root("echo MaxAuthTries 9 >/etc/ssh/sshd_config.d/00-before-ours.conf")
    server.root("echo '{}' >/etc/docker/daemon.json && systemctl restart docker")
    try:
        found = lost(server)
    finally:
        server.root("rm /etc/ssh/sshd_config.d/00-before-ours.conf")
    assert found == [
        Drift(FILE, "/etc/petbase-metadata.nft"),
        Drift(FILE, "/etc/systemd/journald.conf.d/petbase.conf"),
        Drift(SETTING, "maxauthtries", "9", "4"),
        Drift(METADATA_REACHED),
        Drift(FILE, "/etc/docker/daemon.json"),
        Drift(LIVE_RESTORE),
    ]
    server.done(host(server))
    assert lost(server) == []


def test_a_password_is_asked_for_before_and_refused_after_and_the_key_gets_in(server: Bench) -> None:
    (server.disk / DROP_IN).unlink()
    server.root("systemctl reload ssh")
    assert offered(server) == "(publickey,password)."
    server.done(host(server))
    assert offered(server) == "(publickey)."
    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(enter(server, "secret"))
    assert server.root("whoami") == "root\n"


def test_a_package_whose_install_was_cut_off_is_installed_and_set_up(server: Bench) -> None:
    server.root("rm /var/lib/dpkg/sandbox/unattended-upgrades /etc/apt/apt.conf.d/52petbase-unattended-upgrades")
    server.root("rm -f /var/lib/dpkg/sandbox-calls")
    server.steer("stop", {"at": "apt-get install"})
    assert server.send(host(server)).returncode != 0
    assert "installing unattended-upgrades\n" in server.done(host(server))
    assert server.root("dpkg-query --show --showformat '${db:Status-Status}' unattended-upgrades") == "installed"
    # apt would refuse everything before this.
    calls = (server.disk / "var/lib/dpkg/sandbox-calls").read_text().splitlines()
    assert calls == ["--force-confold --configure --pending"] * 2
    assert (server.disk / texts.UPDATES.path.lstrip("/")).exists()


def test_somebody_elses_broken_drop_in_leaves_sshd_as_it_runs(server: Bench) -> None:
    (server.disk / DROP_IN).unlink()
    (server.disk / "etc/systemd/journald.conf.d/petbase.conf").unlink()
    server.root("systemctl reload ssh")
    (server.disk / FOREIGN).write_text("PermitRootLogn yes\n")
    answer = server.send(host(server))
    assert answer.returncode == 1
    assert answer.stdout.splitlines()[-1] == (
        "sshd refuses its own configuration (/etc/ssh/sshd_config.d/50-theirs.conf: line 1: Bad configuration option: "
        "PermitRootLogn), so nothing was changed there and it was not reloaded. Correct that line; to see whether all "
        "is well, on the server: sshd -t"
    )
    assert not (server.disk / DROP_IN).exists()
    assert server.root("whoami") == "root\n"
    assert (server.disk / "etc/systemd/journald.conf.d/petbase.conf").read_text() == texts.JOURNAL.text


def test_containers_are_kept_from_the_metadata_address_after_a_reboot_and_a_flush(server: Bench) -> None:
    asked = "nft list table inet petbase_metadata"
    assert "ip daddr 169.254.169.254 drop" in server.root(asked)
    server.host.machine.stop()
    server.host.machine.start(boot_delay_seconds=0)
    server.host.machine.wait_until_ssh()
    assert "ip daddr 169.254.169.254 drop" in server.root(asked)
    server.root("nft flush ruleset")
    assert "containers are kept from the metadata address\n" in server.done(host(server))
    assert "ip daddr 169.254.169.254 drop" in server.root(asked)


def test_what_the_page_says_takes_it_back(server: Bench) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/server.md").read_text()
    lines = page.partition("## Switching it off")[2].partition("```sh\n")[2].partition("```")[0]
    files = [file.path.lstrip("/") for file in (texts.SSHD, texts.METADATA, texts.METADATA_UNIT)]
    files += [line.split()[1].lstrip("/") for line in lines.splitlines() if line.startswith("rm ")]
    assert all((server.disk / file).exists() for file in files)
    server.root(f"set -e\n{lines}")
    assert not any((server.disk / file).exists() for file in files)
    assert offered(server) == "(publickey,password)."
    assert server.root("systemctl is-active petbase-metadata.service || :") == "inactive\n"
