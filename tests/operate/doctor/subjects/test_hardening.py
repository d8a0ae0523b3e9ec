"""What a server lost of its hardening, each with its repair; what only a person can repair is named."""

from dataclasses import replace

import pytest

from host.core.fact import Fact
from host.server.hardening.drift import BROKEN, FILE, LIVE_RESTORE, METADATA_REACHED, PACKAGE, SETTING, Drift
from operate.doctor.findings import Finding
from operate.doctor.subjects import hardening
from tests.operate.doctor.faults import REPAIR, wrong
from tests.support.report import UNKNOWN, WELL


def _found(drift: Fact[tuple[Drift, ...]] | None) -> list[Finding]:
    return list(hardening.findings(replace(WELL, hardening=drift)))


@pytest.mark.parametrize(
    ("drift", "says", "repair"),
    [
        (Drift(FILE, "/etc/x"), "/etc/x is not as it was written", REPAIR),
        (
            Drift(SETTING, "maxauthtries", "6", "4"),
            "sshd has maxauthtries 6, not 4",
            "./petbase doctor --repair; where another file says it before ours: ./petbase ssh grep --recursive "
            "--ignore-case maxauthtries /etc/ssh",
        ),
        (
            Drift(SETTING, "maxauthtries", "", "4"),
            "sshd has maxauthtries unknown, not 4",
            "./petbase doctor --repair; where another file says it before ours: ./petbase ssh grep --recursive "
            "--ignore-case maxauthtries /etc/ssh",
        ),
        (
            Drift(BROKEN, "sshd", "/etc/ssh/x: line 1: Bad configuration option"),
            "sshd refuses its configuration: /etc/ssh/x: line 1: Bad configuration option",
            "correct that file by hand, until this is silent: ./petbase ssh sshd -t",
        ),
        (
            Drift(BROKEN, "Docker", "/etc/docker/daemon.json cannot be read"),
            "Docker refuses its configuration: /etc/docker/daemon.json cannot be read",
            "correct that file by hand, until this is silent: ./petbase ssh dockerd --validate --config-file "
            "/etc/docker/daemon.json",
        ),
        (
            Drift(PACKAGE, "unattended-upgrades"),
            "unattended-upgrades is not installed, so no security update comes by itself",
            REPAIR,
        ),
        (Drift(METADATA_REACHED), "containers reach the metadata address, which tells the server's host key", REPAIR),
        (
            Drift(LIVE_RESTORE),
            "Docker runs without live-restore: its next restart stops every container",
            "./petbase doctor --repair, then: ./petbase ssh systemctl reload docker",
        ),
    ],
)
def test_each_loss_has_its_line_and_its_repair(drift: Drift, says: str, repair: str) -> None:
    assert wrong(_found(Fact((drift,)))) == [("bad", "hardening", says, repair)]


def test_a_hardened_server_is_well_and_one_that_is_not_hardened_is_not_spoken_of() -> None:
    (line,) = _found(Fact(()))
    assert (line.level, line.says) == ("well", "as docs/server.md says")
    assert _found(None) == []
    assert wrong(_found(UNKNOWN)) == [("unknown", "hardening", "it is sick", "")]
