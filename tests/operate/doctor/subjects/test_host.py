"""Versions, disk, memory, clock, restart; and the ports from outside."""

from dataclasses import replace
from typing import Any

import pytest

from host.core.fact import Fact
from host.report.model.app import Certificate
from host.report.model.doctor import DoctorReport
from host.server.hardening.drift import ZONE, Drift
from host.server.machine import Disk, Memory
from operate.doctor.examine import of_server
from operate.doctor.findings import Finding
from operate.doctor.subjects import host, ports
from operate.doctor.subjects.ports import PortProbe
from tests.operate.doctor.faults import lines_of, stack, wrong
from tests.support.report import UNKNOWN, WELL, with_app, with_dokku, with_machine

FAULTS: dict[str, DoctorReport] = {
    "a Dokku that is behind": with_dokku(version=Fact("0.38.9")),
    "a plugin that is behind": with_dokku(plugin=Fact("1.47.2")),
    "a plugin that is ahead": with_dokku(plugin=Fact("1.49.0")),
    "no plugin": with_dokku(plugin=Fact("")),
    "a plugin whose file cannot be read": with_dokku(plugin=UNKNOWN),
    "a Dokku that does not answer": with_dokku(version=UNKNOWN),
    "a full disk": with_machine(disk=Fact(Disk(37_000_000_000, 3_000_000_000))),
    "a disk that fills": with_machine(disk=Fact(Disk(33_000_000_000, 7_000_000_000))),
    "a disk that cannot be asked": with_machine(disk=UNKNOWN),
    "no memory": with_machine(memory=Fact(Memory(4_000_000_000, 100_000_000, 1_000_000_000, 10_000_000))),
    "little memory, and no swap": with_machine(memory=Fact(Memory(4_000_000_000, 300_000_000, 0, 0))),
    "a memory that cannot be asked": with_machine(memory=UNKNOWN),
    "another time zone": with_machine(zone="+0100"),
    "updates that want a restart": with_machine(restart_wanted=True),
}
LINES = lines_of(__file__, FAULTS)


@pytest.mark.parametrize("fault", LINES)
def test_each_fault_has_its_line_and_its_repair(fault: str) -> None:
    assert wrong(host.findings(stack(), FAULTS[fault])) == LINES[fault]


def test_the_zone_of_a_hardened_server_is_told_once() -> None:
    found = replace(with_machine(zone="+0100"), hardening=Fact((Drift(ZONE, present="Berlin"),)))
    assert [one for one in of_server(stack(), found) if one.level == "bad"] == [
        Finding(
            "bad",
            "hardening",
            "the server's time zone is Berlin, by which cron runs schedules that are in UTC",
            "./petbase doctor --repair",
            again=True,
        )
    ]


def _ports(
    *, http: bool, https: bool, postgres: bool, report: DoctorReport | None = WELL, **sections: Any
) -> dict[str, tuple[str, str]]:
    answers = {
        PortProbe(80, "h", 80): http,
        PortProbe(443, "h", 443): https,
        PortProbe(ports.POSTGRESQL, "h", 5432): postgres,
    }
    return {one.about: (one.level, one.says) for one in host.ports(stack(**sections), report, answers)}


def test_the_web_answers_and_the_database_does_not() -> None:
    assert _ports(http=True, https=True, postgres=False) == {
        "port 80": ("well", "answers from outside"),
        "port 443": ("well", "answers from outside"),
        "port 5432": ("well", "shut from outside"),
    }
    assert _ports(http=False, https=False, postgres=True) == {
        "port 80": ("bad", "h does not answer there"),
        "port 443": ("bad", "h does not answer there"),
        "port 5432": ("bad", "PostgreSQL answers to the whole internet"),
    }


def test_the_way_to_a_server_without_ssh_is_not_ssh() -> None:
    of = stack()
    answers = {PortProbe(of.server.port, "h", of.server.port): False, PortProbe(80, "h", 80): False}
    assert [one.repair for one in host.ports(of, None, answers)] == [
        "its firewall (pulumi up), and: is it running?",
        "its firewall (pulumi up), and: ./petbase ssh systemctl status nginx",
    ]


@pytest.mark.parametrize("certificate", [Fact(Certificate(None)), UNKNOWN])
def test_https_may_be_shut_where_no_app_has_a_certificate(certificate: Fact[Certificate]) -> None:
    found = _ports(http=True, https=False, postgres=False, report=with_app(certificate=certificate))
    assert found["port 443"] == ("well", "shut, and no app has a certificate")


def test_a_web_that_only_cloudflare_reaches_is_shut_from_here() -> None:
    found = _ports(http=False, https=False, postgres=False, server={"webFrom": "cloudflare"})
    assert (found["port 80"], found["port 443"]) == (("well", "shut but for Cloudflare"),) * 2
