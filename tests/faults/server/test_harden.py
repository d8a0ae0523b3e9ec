"""A server is hardened over SSH, once and for good: what is there already stays, and nothing locks anybody out."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from components.dokku import program
from host.server.config_file import ConfigFile
from host.server.ensure import EnsureServer
from host.server.hardening import texts
from host.server.hardening.drift import BROKEN, FILE, LIVE_RESTORE, METADATA_REACHED, SETTING, Drift
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


def journal(bench: Bench) -> list[str]:
    """What was reloaded or started, and when it was said."""
    return bench.root(
        "journalctl --output cat --unit ssh.service; journalctl --output cat --unit docker.service; "
        "journalctl --output cat --unit systemd-journald.service; journalctl --output cat --unit cron.service; "
        "journalctl --output cat --unit petbase-metadata.service"
    ).splitlines()


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


def test_a_file_that_somebody_broke_is_named(server: Bench) -> None:
    (server.disk / FOREIGN).write_text("PermitRootLogn yes\n")
    assert lost(server) == [
        Drift(BROKEN, "sshd", f"/{FOREIGN}: line 1: Bad configuration option: PermitRootLogn"),
    ]


def test_what_docker_says_besides_is_no_loss(server: Bench) -> None:
    said = {**json.loads(texts.DOCKER.text), "dns": ["9.9.9.9"]}
    server.root("cat >/etc/docker/daemon.json", stdin=json.dumps(said))
    try:
        assert lost(server) == []
    finally:
        server.root("rm /etc/docker/daemon.json")


def test_a_password_is_asked_for_before_and_refused_after_and_the_key_gets_in(server: Bench) -> None:
    (server.disk / DROP_IN).unlink()
    server.root("systemctl reload ssh")
    assert offered(server) == "(publickey,password)."
    server.done(host(server))
    assert offered(server) == "(publickey)."
    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(enter(server, "secret"))
    assert server.root("whoami") == "root\n"


def test_a_server_that_is_hardened_gets_nothing_written_and_nothing_reloaded(server: Bench) -> None:
    files = [file for file in vars(texts).values() if isinstance(file, ConfigFile)]
    written = [server.disk / file.path.lstrip("/") for file in files]
    assert len(written) == 6
    before = [(path.stat().st_ino, path.read_text()) for path in written], journal(server)
    said = server.done(host(server))
    assert ([(path.stat().st_ino, path.read_text()) for path in written], journal(server)) == before
    assert said == "waiting until the server has set itself up\nDokku 0.38.27 is ready\n"
    assert [text for _, text in before[0]] == [file.text for file in files]


def test_a_changed_file_is_written_again_and_counts(server: Bench) -> None:
    (server.disk / DROP_IN).write_text("PasswordAuthentication yes\n")
    (server.disk / "etc/systemd/journald.conf.d/petbase.conf").write_text("[Journal]\n")
    (server.disk / "etc/apt/apt.conf.d/52petbase-unattended-upgrades").unlink()
    server.root("systemctl reload ssh")
    said = server.done(host(server)).splitlines()
    assert said[2:] == [
        "the journal has a limit",
        "security updates come by themselves; Docker and Dokku by the stack file",
        "SSH takes keys only",
    ]
    assert offered(server) == "(publickey)."
    assert (server.disk / DROP_IN).read_text() == texts.SSHD.text


def test_a_run_that_was_cut_off_behind_a_file_is_made_up_for(server: Bench) -> None:
    (server.disk / DROP_IN).write_text("PasswordAuthentication yes\n")
    server.root("systemctl reload ssh")
    # As the cut leaves it: the file is written and noted, sshd still has the former.
    (server.disk / DROP_IN).write_text(texts.SSHD.text)
    server.root("mkdir -p /var/lib/petbase/server/pending && echo '{}' >/var/lib/petbase/server/pending/ssh.json")
    assert offered(server) == "(publickey,password)."
    server.done(host(server))
    assert offered(server) == "(publickey)."
    assert not (server.disk / "var/lib/petbase/server/pending").exists()


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


def test_passwords_that_another_file_allows_are_an_error(server: Bench) -> None:
    other = server.disk / "etc/ssh/sshd_config.d/00-first.conf"
    other.write_text("PasswordAuthentication yes\n")
    answer = server.send(host(server))
    other.unlink()
    assert answer.returncode == 1
    assert answer.stdout.endswith(
        f"sshd still takes passwords: another file sets PasswordAuthentication before /{DROP_IN}. "
        "On the server: grep --recursive --ignore-case PasswordAuthentication /etc/ssh\n"
    )


def test_what_docker_was_told_before_stays_and_a_container_keeps_running(server: Bench) -> None:
    file = server.disk / "etc/docker/daemon.json"
    file.write_text('{"registry-mirrors": ["https://mirror.example"], "log-opts": {"max-size": "50m"}}\n')
    server.root("systemctl reload docker")
    server.root("dokku postgres:create runs")
    container = server.root("docker ps --format '{{.ID}} {{.Status}}'")
    said = server.done(host(server)).splitlines()
    assert "Docker: live-restore; log rotation for containers that are made after Docker's next start" in said
    assert json.loads(file.read_text()) == {
        "registry-mirrors": ["https://mirror.example"],
        "live-restore": True,
        "log-driver": "json-file",
        "log-opts": {"max-size": "50m", "max-file": "3"},
    }
    assert server.root("docker info --format '{{.LiveRestoreEnabled}}'") == "true\n"
    assert server.root("docker ps --format '{{.ID}} {{.Status}}'") == container
    assert server.root("journalctl --output cat --unit docker.service").splitlines()[-1] == "Reloaded docker.service."
    written = file.stat().st_ino
    server.done(host(server))
    assert file.stat().st_ino == written
    server.root("dokku postgres:destroy runs --force")


def test_a_daemon_json_that_is_none_is_left_and_said_and_the_rest_is_hardened(server: Bench) -> None:
    file = server.disk / "etc/docker/daemon.json"
    file.write_text("{live-restore}\n")
    (server.disk / DROP_IN).unlink()
    server.root("systemctl reload ssh; nft flush ruleset")
    answer = server.send(host(server))
    kept = file.read_text()
    file.unlink()
    assert answer.returncode == 1
    assert answer.stdout.splitlines()[-1] == (
        "/etc/docker/daemon.json cannot be read as JSON (line 1: Expecting property name enclosed in double quotes), "
        "so Docker was left as it is. Correct the file, or write server.harden: false"
    )
    assert kept == "{live-restore}\n"
    assert offered(server) == "(publickey)."
    assert "ip daddr 169.254.169.254 drop" in server.root("nft list table inet petbase_metadata")


def test_flags_of_dockers_own_unit_are_left_alone(server: Bench) -> None:
    """dockerd does not start where a flag and daemon.json say the same."""
    (server.disk / "etc/docker/daemon.json").unlink()
    options = server.disk / "etc/default/docker"
    options.parent.mkdir(exist_ok=True)
    options.write_text('# DOCKER_OPTS="--dns 8.8.8.8"\nDOCKER_OPTS="--log-opt max-size=1m"\n')
    said = server.done(host(server))
    options.unlink()
    assert "Docker: its unit or /etc/default/docker sets logs or live-restore: left alone\n" in said
    assert not (server.disk / "etc/docker/daemon.json").exists()


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


def test_a_clock_of_another_zone_shows_utc_and_cron_starts_anew(server: Bench) -> None:
    server.root("ln -sfn /usr/share/zoneinfo/Europe/Berlin /etc/localtime; echo Europe/Berlin >/etc/timezone")
    assert "the clock shows UTC\n" in server.done(host(server))
    assert server.root("readlink /etc/localtime; cat /etc/timezone") == "/usr/share/zoneinfo/Etc/UTC\nEtc/UTC\n"
    assert server.root("journalctl --output cat --unit cron.service").splitlines()[-1] == "Reloaded cron.service."


def test_without_the_key_nothing_of_it_is_touched(server: Bench) -> None:
    (server.disk / DROP_IN).unlink()
    (server.disk / "etc/docker/daemon.json").write_text("{}\n")
    server.done(host(server, harden=False))
    assert not (server.disk / DROP_IN).exists()
    assert (server.disk / "etc/docker/daemon.json").read_text() == "{}\n"
