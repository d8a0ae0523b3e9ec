"""What runs that were cut off left: named with its repair, unless a run is at work on it now."""

from dataclasses import replace
from typing import Any

import pytest

from host.core.fact import Fact
from host.loading.verdict import Verdict
from host.report.model.doctor import DoctorReport, DumpCopy, HalfMade, PartialDump
from host.restore.facts import OldService, SetAside
from operate.doctor.subjects import leftovers
from tests.operate.doctor.faults import lines_of, stack, wrong
from tests.support.report import NOW, UNKNOWN, WELL, with_database, with_leftovers, with_postgres

_NOW = int(NOW.timestamp())
_DAYS_AGO = _NOW - 200_000


def _half_made(kind: Any, name: str = "fruits") -> DoctorReport:
    return with_leftovers(half_made=(HalfMade(kind, name),))


def _copy(name: str, changed: int = _NOW) -> DoctorReport:
    return with_leftovers(dump_copies=Fact((DumpCopy(name, 2_000_000, changed),)))


def _aside(kind: str, name: str, *, before: bool = True) -> DoctorReport:
    return with_leftovers(
        set_aside=Fact((SetAside(kind, name, "db", before, "x.tgz", "2026-11-20 03:00:00", 2_000_000),))
    )


HELD = (Verdict("fruits", ("fruits",), "not here", "rows of fruits.t", "Mend it"),)
FAULTS: dict[str, DoctorReport] = {
    "an app half made": _half_made("app"),
    "a service half made": _half_made("service", "db"),
    "a renaming cut off": _half_made("rename"),
    "a restart that is owed": _half_made("restart"),
    "an installation cut off": _half_made("server", "Dokku"),
    "an upgrade cut off": _half_made("upgrade", "db"),
    "an upgrade cut off while it copied": _half_made("service", "db-before-18"),
    "a restore cut off": with_postgres(scratch=("petbase_restore",)),
    "an upload of days ago": with_leftovers(partial_dumps=(PartialDump("abc", _DAYS_AGO),)),
    "a drill's copy of a dump": _copy("drill"),
    "an import's container": with_leftovers(containers=("import",)),
    "a trial's container": with_leftovers(containers=("trial",)),
    "a dump that came days ago": _copy("sent.abc", _DAYS_AGO),
    "what a restore replaced": _aside("database", "db before 2026-11-20 03:00:00"),
    "what a restore made": _aside("database", "look", before=False),
    "a schema that was put aside": _aside("schema", "fruits before 2026-11-20 03:00:00"),
    "what is put aside cannot be asked": with_leftovers(set_aside=UNKNOWN),
    "the service from before an upgrade": with_leftovers(
        old_services=Fact((OldService("db-before-18", "17.6", 2_000_000),))
    ),
    "an app that an upgrade held back": with_leftovers(
        old_services=Fact((OldService("db-before-18", "17.6", 2, HELD),))
    ),
}
LINES = lines_of(__file__, FAULTS)


@pytest.mark.parametrize("fault", LINES)
def test_each_fault_has_its_line_and_its_repair(fault: str) -> None:
    assert wrong(leftovers.findings(stack(), FAULTS[fault])) == LINES[fault]


def test_nothing_half_made_is_told_too() -> None:
    assert [(one.about, one.says) for one in leftovers.findings(stack(), WELL)] == [("left over", "nothing unfinished")]


@pytest.mark.parametrize(
    "report",
    [
        with_leftovers(partial_dumps=(PartialDump("abc", _NOW - 200),)),
        _copy("sent.abc", _NOW - 200),
        _half_made("service", "other"),
        _half_made("upgrade", "other"),
        with_leftovers(dump_copies=UNKNOWN),
        replace(with_leftovers(set_aside=UNKNOWN), database=with_database(postgres=UNKNOWN).database),
    ],
    ids=["young part", "young copy", "another service", "its upgrade", "no container", "no PostgreSQL"],
)
def test_what_is_young_or_anothers_or_told_elsewhere_is_no_left_over(report: DoctorReport) -> None:
    assert wrong(leftovers.findings(stack(), report)) == []


def test_what_is_being_made_is_not_called_half_made() -> None:
    report = replace(_half_made("rename"), busy=("check.db", "scratch.db"))
    assert [line[2] for line in wrong(leftovers.findings(stack(), report))] == [
        "not looked for, since something is at work on the server: check.db, scratch.db"
    ]
    assert len(wrong(leftovers.findings(stack(), replace(_half_made("rename"), busy=("check.db",))))) == 1
