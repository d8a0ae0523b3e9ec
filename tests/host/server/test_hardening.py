"""Each file of a hardened server is written once, reloaded once, and made up for where a run was cut."""

import json
from pathlib import Path

import pytest

from host.programs.runner import Answer
from host.server.hardening import sshd, texts
from host.server.hardening.steps import harden
from tests.host.recorder import Recorder

FILES = (texts.SSHD, texts.UPDATES, texts.DOCKER, texts.METADATA, texts.METADATA_UNIT, texts.JOURNAL)
SSHD_SAYS = "passwordauthentication no\nkbdinteractiveauthentication no\nmaxauthtries 4\nlogingracetime 60\n"
HARD: dict[str, str | Answer] = {
    "docker info --format '{{.LiveRestoreEnabled}}'": "true\n",
    "docker info --format '{{.Swarm.LocalNodeState}}'": "inactive\n",
    "nft list": f"ip daddr {texts.METADATA_RULE}\n",
    "dpkg-query": "installed",
    "sshd -T": SSHD_SAYS,
}
LOOKS = [
    "systemctl cat docker.service",
    "docker info --format '{{.Swarm.LocalNodeState}}'",
    "nft list table inet petbase_metadata",
    "dpkg-query --show --showformat '${db:Status-Status}' unattended-upgrades",
    "sshd -t",
    "sshd -T -C user=root,host=localhost,addr=192.0.2.1",
]
DAEMON = "/etc/docker/daemon.json"
BROKEN_SSHD = "/etc/ssh/sshd_config.d/50-theirs.conf: line 1: Bad configuration option: PermitRootLogn"


@pytest.fixture
def bare(server: Recorder) -> Recorder:
    server.answers = dict(HARD)
    server.file("/run/systemd/system").mkdir(parents=True)
    server.file("/etc").mkdir()
    return server


@pytest.fixture
def hard(bare: Recorder) -> Recorder:
    bare.part(harden)
    return bare


def pending(server: Recorder) -> list[str]:
    folder = server.file("/var/lib/petbase/server/pending")
    return [path.stem for path in folder.iterdir()] if folder.exists() else []


def test_a_new_server_gets_every_file_and_each_is_loaded(bare: Recorder) -> None:
    assert bare.part(harden) == [
        "systemctl cat docker.service",
        "docker info --format '{{.Swarm.LocalNodeState}}'",
        "docker ps --quiet",
        "systemctl restart docker",
        "docker info --format '{{.LiveRestoreEnabled}}'",
        "systemctl daemon-reload",
        "systemctl enable petbase-metadata.service",
        "systemctl restart petbase-metadata.service",
        "systemctl restart systemd-journald",
        "systemctl try-restart cron",
        *LOOKS[3:5],
        "sshd -t",
        "systemctl try-reload-or-restart ssh",
        LOOKS[5],
    ]
    assert [bare.file(file.path).read_text() for file in FILES] == [file.text for file in FILES]
    assert bare.file("/etc/localtime").readlink() == Path("/usr/share/zoneinfo/Etc/UTC")
    assert bare.file("/etc/timezone").read_text() == "Etc/UTC\n"
    assert pending(bare) == []


def test_a_hardened_server_gets_nothing_written_and_nothing_reloaded(hard: Recorder) -> None:
    before = [hard.file(file.path).stat().st_ino for file in FILES]
    assert hard.part(harden) == LOOKS
    assert hard.printed == ""
    assert [hard.file(file.path).stat().st_ino for file in FILES] == before


def test_a_server_without_systemd_is_left_alone(bare: Recorder) -> None:
    bare.file("/run/systemd/system").rmdir()
    assert bare.part(harden) == []
    assert bare.printed == "no systemd runs this server, so it is not hardened\n"


@pytest.mark.parametrize(
    ("program", "change", "reloads"),
    [
        ("systemctl restart docker", "docker", ["docker ps --quiet", "systemctl restart docker"]),
        ("systemctl daemon-reload", "metadata", ["systemctl restart petbase-metadata.service"]),
        ("systemctl restart systemd-journald", "journal", ["systemctl restart systemd-journald"]),
        ("systemctl try-restart cron", "clock", ["systemctl try-restart cron"]),
        ("systemctl try-reload-or-restart ssh", "ssh", ["systemctl try-reload-or-restart ssh"]),
    ],
)
def test_a_reload_that_failed_is_owed_and_made_up_for(
    bare: Recorder, program: str, change: str, reloads: list[str]
) -> None:
    assert bare.fails(harden, {program: Answer(1)}) == f"{program} failed with exit code 1"
    assert pending(bare) == [change]
    lines = bare.part(harden)
    assert [line for line in reloads if line not in lines] == []
    assert pending(bare) == []
    assert bare.part(harden) == LOOKS


def test_a_broken_file_of_somebody_elses_stops_its_own_step_and_no_other(bare: Recorder) -> None:
    bare.put(DAEMON, "{live-restore}\n")
    said = bare.fails(harden, {"sshd -t": Answer(255, "", f"{BROKEN_SSHD}\nterminating\n")})
    assert said == (
        f"{DAEMON} cannot be read as JSON (line 1: Expecting property name enclosed in double "
        "quotes), so Docker was left as it is. Correct the file, or write server.harden: false\n"
        f"sshd refuses its own configuration ({BROKEN_SSHD}), so nothing was changed there and it was not reloaded. "
        "Correct that line; to see whether all is well, on the server: sshd -t"
    )
    assert bare.file(DAEMON).read_text() == "{live-restore}\n"
    assert not bare.file(texts.SSHD.path).exists()
    others = (texts.UPDATES, texts.METADATA, texts.METADATA_UNIT, texts.JOURNAL)
    assert [bare.file(file.path).read_text() for file in others] == [file.text for file in others]
    assert bare.file("/etc/timezone").read_text() == "Etc/UTC\n"


@pytest.mark.parametrize(
    ("text", "reason"), [(b"[]", "it must hold one object, in braces"), (b"\xff", "it is not UTF-8 text")]
)
def test_a_daemon_json_that_holds_no_object_is_left(bare: Recorder, text: bytes, reason: str) -> None:
    bare.file(DAEMON).parent.mkdir()
    bare.file(DAEMON).write_bytes(text)
    assert bare.fails(harden).startswith(f"{DAEMON} cannot be read as JSON ({reason}), so Docker was left as it is.")


def test_what_docker_was_told_before_stays_and_a_container_keeps_running(bare: Recorder) -> None:
    bare.put(DAEMON, '{"dns": ["9.9.9.9"], "live-restore": false, "log-opts": {"max-size": "50m"}}')
    lines = bare.part(harden, {"docker ps": "c0ffee\n"})
    assert "systemctl reload docker" in lines
    assert "systemctl restart docker" not in lines
    assert json.loads(bare.file(DAEMON).read_text()) == {
        "dns": ["9.9.9.9"],
        "live-restore": True,
        "log-driver": "json-file",
        "log-opts": {"max-size": "50m", "max-file": "3"},
    }
    assert bare.part(harden) == LOOKS


def test_another_log_driver_keeps_its_options(bare: Recorder) -> None:
    bare.put(DAEMON, '{"log-driver": "journald"}')
    bare.part(harden)
    assert json.loads(bare.file(DAEMON).read_text()) == {"log-driver": "journald", "live-restore": True}


@pytest.mark.parametrize(
    ("defaults", "answers", "why"),
    [
        ('DOCKER_OPTS="--log-opt max-size=1m"\n', {}, "its unit or /etc/default/docker sets logs or live-restore"),
        (
            "",
            {"systemctl cat": "ExecStart=/usr/bin/dockerd --live-restore\n"},
            "its unit or /etc/default/docker sets logs or live-restore",
        ),
        ("", {"docker info --format '{{.Swarm.LocalNodeState}}'": "active\n"}, "a swarm excludes live-restore"),
    ],
)
def test_what_sets_the_same_elsewhere_is_left_alone(
    bare: Recorder, defaults: str, answers: dict[str, str | Answer], why: str
) -> None:
    bare.put("/etc/default/docker", defaults)
    bare.part(harden, answers)
    assert f"Docker: {why}: left alone\n" in bare.printed
    assert not bare.file(DAEMON).exists()


def test_a_flag_in_a_comment_counts_for_nothing(bare: Recorder) -> None:
    bare.put("/etc/default/docker", '# DOCKER_OPTS="--log-opt max-size=1m"\n')
    bare.part(harden)
    assert bare.file(DAEMON).read_text() == texts.DOCKER.text


def test_a_docker_that_does_not_take_the_file_is_said(bare: Recorder) -> None:
    assert bare.fails(harden, {"docker info --format '{{.LiveRestoreEnabled}}'": "false\n"}) == (
        f"Docker did not take {DAEMON}; its containers were left running. On the server: journalctl --unit docker"
    )
    assert pending(bare) == ["docker"]


def test_packages_that_are_missing_are_installed(bare: Recorder) -> None:
    bare.missing.add("nft")
    lines = bare.part(harden, {"dpkg-query": Answer(1)})
    installed = [line.rpartition(" ")[2] for line in lines if line.startswith("apt-get") and " install " in line]
    assert installed == ["nftables", "unattended-upgrades"]


def test_a_rule_that_was_flushed_is_loaded_again(hard: Recorder) -> None:
    lines = hard.part(harden, {"nft list": Answer(1)})
    assert "systemctl restart petbase-metadata.service" in lines


def test_any_zone_file_called_utc_will_do(hard: Recorder) -> None:
    link = hard.file("/etc/localtime")
    link.unlink()
    link.symlink_to("../usr/share/zoneinfo/UTC")
    assert hard.part(harden) == LOOKS
    link.unlink()
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert "systemctl try-restart cron" in hard.part(harden)


def test_a_file_that_sshd_refuses_becomes_what_it_was(bare: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked before and behind the file: all was well, and then it is not."""
    bare.put(texts.SSHD.path, "PasswordAuthentication yes\n")
    reason = f"{texts.SSHD.path}: line 3: Bad configuration option: MaxAuthTries"
    answers = iter(["", reason])
    monkeypatch.setattr(sshd, "problem_of_configuration", lambda _: next(answers))
    assert bare.fails(sshd.harden) == (
        f"sshd refuses {texts.SSHD.path} ({reason}), which was taken back; it runs as before. Write server.harden: "
        "false"
    )
    assert bare.file(texts.SSHD.path).read_text() == "PasswordAuthentication yes\n"
    assert pending(bare) == []


def test_passwords_that_another_file_allows_are_an_error(bare: Recorder) -> None:
    assert bare.fails(harden, {"sshd -T": "passwordauthentication yes\n"}) == (
        f"sshd still takes passwords: another file sets PasswordAuthentication before {texts.SSHD.path}. On the "
        "server: grep --recursive --ignore-case PasswordAuthentication /etc/ssh"
    )
