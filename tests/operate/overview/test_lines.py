"""The lines of ./petbase status: what each looks like when all is well, and when it is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from host.core.fact import Fact
from host.report.model.app import Certificate
from host.report.model.status import DrillStatus
from host.server.machine import Disk, Memory
from operate.core.errors import PetbaseError
from operate.doctor.findings import exit_code
from operate.overview import facts
from operate.overview.lines import lines
from operate.overview.look import Look
from tests.operate.doctor.faults import app, lines_of
from tests.operate.overview.seen import DUMP, FRUITS, REPORT, look, with_app, with_status, with_watch
from tests.support.report import NOW, POSTGRES, UNKNOWN

_GB = 1_000_000_000


def told(seen: Look) -> list[tuple[str, str, str]]:
    return [(one.level, one.about, one.says) for one in lines(seen)]


def wrong(seen: Look) -> list[tuple[str, str, str, str]]:
    return [(one.level, one.about, one.says, one.repair) for one in lines(seen) if one.level != "well"]


def test_all_is_well_in_eight_lines() -> None:
    assert told(look()) == [
        ("well", "server", "127.0.0.1, memory: 2.0 GB available of 4.0 GB, 100.0 MB of 1.0 GB swap in use"),
        ("well", "database db", "PostgreSQL 18.4, connections: 7 of 100 in use"),
        ("well", "app fruits", "runs, http://fruits.localhost, deployed 3 days ago"),
        ("well", "newest dump", "16 hours old, 1.2 MB"),
        ("well", "restore test", "postgres-db-2026-11-21-03-00-01.tgz, restored 1 day ago"),
        ("well", "disk", "25 % used, 30.0 GB free of 40.0 GB"),
        ("well", "certificate fruits", "ends 2027-02-11, 81 days left"),
        ("well", "alerts", "none, checked 4 minutes ago"),
    ]


FAULTS: dict[str, Look] = {
    "no memory": look(replace(REPORT, machine=replace(REPORT.machine, memory=Fact(Memory(4 * _GB, _GB // 10, 0, 0))))),
    "updates that want a restart": look(replace(REPORT, machine=replace(REPORT.machine, restart_wanted=True))),
    "a stopped database": look(replace(REPORT, database=Fact("exited"), postgres=UNKNOWN)),
    "connections that run out": look(replace(REPORT, postgres=Fact(replace(POSTGRES, connections=99)))),
    "another PostgreSQL": look(replace(REPORT, postgres=Fact(replace(POSTGRES, version="18.3")))),
    "an app that is down": look(with_app(running=Fact("none"))),
    "an app that was not pushed": look(with_app(deployed=Fact(False), running=Fact("none"), last_deploy=Fact(0))),
    "an app that is gone": look(with_app(exists=False)),
    "an old dump": look(dumps=(replace(DUMP, made=NOW - timedelta(hours=41)),)),
    "a bucket that does not open": look(dumps=PetbaseError("the bucket refuses")),
    "no restore test": look(replace(REPORT, drill=DrillStatus(0, ""))),
    "a disk that fills": look(replace(REPORT, machine=replace(REPORT.machine, disk=Fact(Disk(85, 15))))),
    "a certificate that cannot be read": look(with_app(certificate=UNKNOWN)),
    "what the check found": look(with_status(ok=False, problems=("fruits does not run (exited)",))),
    "a check that has stopped": look(with_status(at="2026-11-22T17:00:00Z", problems=("x",))),
    "a check that never was": look(with_watch(status=None)),
    "no alert": look(with_watch(has_alarm=False)),
    "what the check found while backups are paused": look(
        with_status(ok=False, problems=("fruits does not run (exited)",)), backups={"paused": True}
    ),
    "backups that were here before": look(backups={"found": True}),
}
LINES = lines_of(__file__, FAULTS)


@pytest.mark.parametrize("name", LINES)
def test_a_fault_is_a_line_with_its_repair(name: str) -> None:
    assert wrong(FAULTS[name])[:1] == LINES[name]


def test_a_server_that_cannot_be_reached_leaves_the_bucket_s_line() -> None:
    seen = look(PetbaseError("root@127.0.0.1 cannot be reached"))
    assert told(seen) == [
        ("unknown", "server", "root@127.0.0.1 cannot be reached"),
        ("well", "newest dump", "16 hours old, 1.2 MB"),
    ]
    found: dict[str, Any] = facts.facts(seen, lines(seen))
    assert (found["exit_code"], found["apps"], found["newest_dump"]["bytes"]) == (1, None, 1_200_000)


def test_the_certificate_that_ends_first_is_shown_and_no_other() -> None:
    sooner = FRUITS.certificate.then(lambda one: Certificate((one.ends or 0) - 70 * 86_400))
    two = {**app(), "notes": app()["fruits"]}
    report = replace(REPORT, apps=(FRUITS, replace(FRUITS, name="notes", certificate=sooner)))
    found = [one for one in told(look(report, apps=two)) if "certificate" in one[1]]
    assert found == [("bad", "certificate notes", "ends 2026-12-03, 11 days left")]


def test_no_certificate_is_no_line() -> None:
    assert [one for one in told(look(with_app(certificate=Fact(Certificate(None))))) if "certificate" in one[1]] == []


def test_dumps_that_do_not_count_are_not_the_newest() -> None:
    assert look(dumps=(replace(DUMP, counts=False), replace(DUMP, key="older"))).newest == replace(DUMP, key="older")


def test_a_script_gets_figures_and_times() -> None:
    seen = look()
    assert exit_code(lines(seen)) == 0
    assert facts.facts(seen, [])  == {
        "stack": "test",
        "at": "2026-11-22T19:00:00+00:00",
        "exit_code": 0,
        "newest_dump": {
            "key": "postgres-db-2026-11-22-03-00-01.tgz",
            "made": "2026-11-22T03:00:00+00:00",
            "age_seconds": 57_600,
            "bytes": 1_200_000,
        },
        "server": {"address": "127.0.0.1", "restart_wanted": False},
        "database": {
            "service": "db", "state": "running", "version": "18.4", "connections": 7, "max_connections": 100,
        },
        "apps": [
            {
                "name": "fruits",
                "exists": True,
                "deployed": True,
                "running": "all",
                "urls": ["http://fruits.localhost"],
                "last_deploy": "2026-11-19T19:00:00+00:00",
                "certificate_ends": "2027-02-11T20:00:00+00:00",
                "schema": "fruits",
                "git_remote": "ssh://dokku@127.0.0.1:9/fruits",
            }
        ],
        "restore_test": {"dump": "postgres-db-2026-11-21-03-00-01.tgz", "at": "2026-11-21T18:00:00+00:00"},
        "disk": {"used_percent": 25, "used_bytes": 10 * _GB, "free_bytes": 30 * _GB},
        "certificate": {"app": "fruits", "ends": "2027-02-11T20:00:00+00:00", "days_left": 81},
        "alerts": {"checked": "2026-11-22T18:56:00Z", "problems": []},
        "lines": [],
    }  # fmt: skip
