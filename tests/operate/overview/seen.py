"""A stack that was looked at: all well, and one where everything has a name that somebody chose to do harm."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from host.check.history import Point
from host.check.status import CheckStatus
from host.core.fact import Fact
from host.report.model.app import Certificate
from host.report.model.status import AppStatus, DrillStatus, StatusReport
from host.schema.model import Schema, Table
from operate.backups.evidence import Evidence
from operate.backups.inventory import DumpRecord, Inventory
from operate.doctor.examine import Seen
from operate.dumps.objects import Dump, Object
from operate.overview.look import Look
from operate.stack.outputs import Stack
from tests.operate.doctor.faults import stack
from tests.support.report import NOW, POSTGRES, WATCH, WELL

_SECONDS = int(NOW.timestamp())
_ENDS = int((NOW + timedelta(days=81, hours=1)).timestamp())
CHECKED = CheckStatus(
    "db", f"{NOW - timedelta(minutes=4):%Y-%m-%dT%H:%M:%SZ}", True, (), "k", 1, 1, 25, _SECONDS - 90_000
)
FRUITS = AppStatus(
    "fruits", True, Fact(True), Fact("all"), Fact(_SECONDS - 3 * 86_400), Fact(Certificate(_ENDS))
)  # fmt: skip
REPORT = StatusReport(
    machine=WELL.machine,
    apps=(FRUITS,),
    database=Fact("running"),
    postgres=Fact(POSTGRES),
    watch=replace(WATCH, status=CHECKED),
    drill=DrillStatus(_SECONDS - 90_000, "postgres-db-2026-11-21-03-00-01.tgz"),
    history=(),
    schemas=Fact(()),
)
DUMP = Dump("postgres-db-2026-11-22-03-00-01.tgz", 1_200_000, NOW - timedelta(hours=16), "e")


def look(report: Any = REPORT, dumps: Any = (DUMP,), **sections: Any) -> Look:
    """The stack of `tests.operate.doctor.faults` at NOW."""
    return Look(stack(**sections), NOW, report, dumps)


def with_app(**values: Any) -> StatusReport:
    return replace(REPORT, apps=(replace(FRUITS, **values),))


def with_watch(**values: Any) -> StatusReport:
    return replace(REPORT, watch=replace(REPORT.watch, **values))


def with_status(**values: Any) -> StatusReport:
    return with_watch(status=replace(CHECKED, **values))


def seen(found: Stack | None = None, bucket: Any = None) -> Seen:
    return Seen(found or stack(), NOW, WELL, bucket or inventory(35), {})


def inventory(days: int, name: str = "postgres-db-{}.tgz") -> Inventory:
    """A dump each night, growing; each seventh was test-restored, one of them could not be."""
    records = []
    for day in range(days):
        made = NOW - timedelta(days=day, hours=16)
        own = Object(name.format(day), 1_200_000 - 9_000 * day, made, "e")
        failure = "it cannot be decrypted" if day == 14 else ""
        proof = Evidence(made, "e", 4.1, 900, not failure, failure) if day % 7 == 0 else None
        records.append(DumpRecord(own.key, made, own=own, evidence=proof))
    return Inventory(records, sum(one.size for one in records))


def history(days: int) -> tuple[Point, ...]:
    """A check each hour: the disk fills, connections go up and down, and for a day nothing was checked."""
    return tuple(
        Point(
            at=_SECONDS - 3600 * hour,
            problems=int(hour < 3),
            dump="d",
            bytes=1,
            disk_percent=62 - hour // 40,
            connections=6 + hour * 7 % 23,
            max_connections=100,
            idle_transactions=0,
            apps_down=(),
            disk_free=1,
            inodes_free=1,
        )
        for hour in range(days * 24, -1, -1)
        if not 200 < hour < 224
    )


def schemas(*names: str) -> Fact[tuple[Schema, ...]]:
    return Fact(
        tuple(
            Schema(
                name,
                name,
                (name,),
                False,
                tuple(Table(f"t{n}", 900 * n, 50_000_000 // (place + n)) for n in range(1, place + 2)),
            )
            for place, name in enumerate(names, 1)
        )
    )
