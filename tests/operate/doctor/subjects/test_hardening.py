"""What a server lost of its hardening, each with its repair; what only a person can repair is named."""

from dataclasses import replace

import pytest

from host.core.fact import Fact
from host.server.hardening.drift import BROKEN, FILE, LIVE_RESTORE, METADATA_REACHED, PACKAGE, SETTING, ZONE, Drift
from operate.doctor.findings import Finding
from operate.doctor.subjects import hardening
from tests.operate.doctor.faults import lines_of, wrong
from tests.support.report import UNKNOWN, WELL


def _found(drift: Fact[tuple[Drift, ...]] | None) -> list[Finding]:
    return list(hardening.findings(replace(WELL, hardening=drift)))


FAULTS = {
    "a file": Drift(FILE, "/etc/x"),
    "a setting": Drift(SETTING, "maxauthtries", "6", "4"),
    "a setting that sshd does not tell": Drift(SETTING, "maxauthtries", "", "4"),
    "sshd's configuration": Drift(BROKEN, "sshd", "/etc/ssh/x: line 1: Bad configuration option"),
    "Docker's configuration": Drift(BROKEN, "Docker", "/etc/docker/daemon.json cannot be read"),
    "a package": Drift(PACKAGE, "unattended-upgrades"),
    "the metadata address": Drift(METADATA_REACHED),
    "live-restore": Drift(LIVE_RESTORE),
    "the time zone": Drift(ZONE, present="Berlin"),
}
LINES = lines_of(__file__, FAULTS)


@pytest.mark.parametrize("loss", LINES)
def test_each_loss_has_its_line_and_its_repair(loss: str) -> None:
    assert wrong(_found(Fact((FAULTS[loss],)))) == LINES[loss]


def test_a_hardened_server_is_well_and_one_that_is_not_hardened_is_not_spoken_of() -> None:
    (line,) = _found(Fact(()))
    assert (line.level, line.says) == ("well", "as docs/server.md says")
    assert _found(None) == []
    assert wrong(_found(UNKNOWN)) == [("unknown", "hardening", "it is sick", "")]
