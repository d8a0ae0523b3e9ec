"""What of a hardened server is no longer so is named, by what counts."""

from pathlib import Path

import pytest

from host.core.host import Host
from host.programs.runner import Answer
from host.server.config_file import ConfigFile
from host.server.hardening import texts
from host.server.hardening.drift import (
    BROKEN,
    FILE,
    LIVE_RESTORE,
    METADATA_REACHED,
    PACKAGE,
    SETTING,
    ZONE,
    Drift,
    drift,
)
from host.server.hardening.steps import harden
from tests.host.recorder import Recorder
from tests.host.server.test_hardening import BROKEN_SSHD, DAEMON, HARD


@pytest.fixture
def hard(tmp_path: Path) -> Recorder:
    server = Recorder(tmp_path, answers=dict(HARD))
    server.file("/run/systemd/system").mkdir(parents=True)
    server.file("/etc").mkdir()
    server.part(harden)
    return server


def found(server: Recorder, answers: dict[str, str | Answer] | None = None) -> list[Drift] | None:
    lost: list[list[Drift] | None] = []

    def look(host: Host) -> None:
        lost.append(drift(host))

    server.part(look, answers or {})
    return lost[0]


def test_a_hardened_server_has_lost_nothing_and_looking_changes_nothing(hard: Recorder) -> None:
    assert found(hard) == []
    assert hard.runner.lines == [
        "sshd -t",
        "sshd -T -C user=root,host=localhost,addr=192.0.2.1",
        "nft list table inet petbase_metadata",
        "dpkg-query --show --showformat '${db:Status-Status}' unattended-upgrades",
        "systemctl cat docker.service",
        "docker info --format '{{.Swarm.LocalNodeState}}'",
        "docker info --format '{{.LiveRestoreEnabled}}'",
    ]


def test_a_server_without_systemd_is_not_hardened(hard: Recorder) -> None:
    hard.file("/run/systemd/system").rmdir()
    assert found(hard) is None


@pytest.mark.parametrize("file", [texts.SSHD, texts.UPDATES, texts.METADATA, texts.METADATA_UNIT, texts.JOURNAL])
def test_a_file_that_is_not_as_it_was_written(hard: Recorder, file: ConfigFile) -> None:
    hard.put(file.path, "other\n")
    assert found(hard) == [Drift(FILE, file.path)]
    hard.file(file.path).unlink()
    assert found(hard) == [Drift(FILE, file.path)]


def test_a_setting_that_another_file_says_first(hard: Recorder) -> None:
    says = str(HARD["sshd -T"]).replace("maxauthtries 4", "maxauthtries 9").replace("logingracetime 60\n", "")
    assert found(hard, {"sshd -T": says}) == [
        Drift(SETTING, "maxauthtries", "9", "4"),
        Drift(SETTING, "logingracetime", "", "60"),
    ]


def test_a_broken_file_of_somebody_elses_is_named(hard: Recorder) -> None:
    hard.put(DAEMON, "{live-restore}\n")
    assert found(hard, {"sshd -t": Answer(255, "", f"{BROKEN_SSHD}\nterminating\n")}) == [
        Drift(BROKEN, "sshd", BROKEN_SSHD),
        Drift(
            BROKEN,
            "Docker",
            f"{DAEMON} cannot be read as JSON (line 1: Expecting property name enclosed in double quotes)",
        ),
    ]


@pytest.mark.parametrize(
    ("answers", "lost"),
    [
        ({"nft list": Answer(1)}, Drift(METADATA_REACHED)),
        ({"dpkg-query": Answer(1)}, Drift(PACKAGE, "unattended-upgrades")),
        ({"docker info --format '{{.LiveRestoreEnabled}}'": "false\n"}, Drift(LIVE_RESTORE)),
    ],
)
def test_what_counts_no_longer(hard: Recorder, answers: dict[str, str | Answer], lost: Drift) -> None:
    assert found(hard, answers) == [lost]


def test_dockers_own_lines_are_no_loss_but_missing_ones_are(hard: Recorder) -> None:
    hard.put(DAEMON, texts.DOCKER.text.replace("{\n", '{\n  "dns": ["9.9.9.9"],\n', 1))
    assert found(hard) == []
    hard.put(DAEMON, "{}\n")
    assert found(hard) == [Drift(FILE, DAEMON)]


def test_a_docker_that_is_left_alone_has_lost_nothing(hard: Recorder) -> None:
    hard.file(DAEMON).unlink()
    hard.put("/etc/default/docker", 'DOCKER_OPTS="--live-restore"\n')
    assert found(hard, {"docker info --format '{{.LiveRestoreEnabled}}'": "false\n"}) == []


def test_a_time_zone_that_is_not_utc(hard: Recorder) -> None:
    link = hard.file("/etc/localtime")
    link.unlink()
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert found(hard) == [Drift(ZONE, present="Berlin")]
    link.unlink()
    assert found(hard) == [Drift(ZONE, present="unknown")]
