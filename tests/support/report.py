"""The report of a server where all is well, for tests that change one thing of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from host.app.dokku_files import Gap
from host.check.status import WatchReport
from host.core.fact import Fact
from host.report.model.app import AppReport, Certificate, DatabaseUrl
from host.report.model.database import DatabaseReport, PostgresReport, RightsReport, RoleReport
from host.report.model.doctor import (
    BackupsReport,
    BucketReport,
    DoctorReport,
    DokkuReport,
    Leftovers,
    MachineReport,
    WriteProof,
)
from host.server.machine import Disk, Memory
from host.values.dump_locks import DumpLocks
from host.watch.timers import TimerReport

NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)
_SECONDS = int(NOW.timestamp())
_GB = 1_000_000_000
UNKNOWN: Fact[Any] = Fact(reason="it is sick")
FRUITS = AppReport(
    name="fruits",
    found=False,
    deployed=Fact(True),
    running=Fact("all"),
    gap=Fact(Gap()),
    domains=Fact(("fruits.localhost", "www.localhost")),
    certificate=Fact(Certificate(int(datetime(2027, 2, 20, 3, tzinfo=UTC).timestamp()))),
    database_url=Fact(DatabaseUrl(True, "fruits", "dokku-postgres-db", "db")),
    variables=Fact(("DATABASE_URL",)),
    differing=Fact(()),
    settings={},
)
POSTGRES = PostgresReport(
    version="18.4",
    connections=7,
    max_connections=100,
    limits=80,
    room=90,
    notify_percent=0,
    locks=DumpLocks(12, 6400, 64),
    roles=(RoleReport("fruits", True, (), ()),),
    superuser_functions=(),
    idle_sessions=(),
    prepared_transactions=(),
    collation_changes=(),
    scratch=(),
)
RIGHTS = RightsReport((), (), ())
WATCH = WatchReport(
    runs_by="systemd",
    timers=(TimerReport("check", "active", False), TimerReport("drill", "active", False)),
    has_alarm=True,
    since=0,
    status=None,
    drill_failure="",
)
WELL = DoctorReport(
    machine=MachineReport(
        now=_SECONDS,
        zone="+0000",
        disk=Fact(Disk(10 * _GB, 30 * _GB)),
        memory=Fact(Memory(4 * _GB, 2 * _GB, 1 * _GB, _GB * 9 // 10)),
        restart_wanted=False,
    ),
    dokku=DokkuReport(Fact("0.38.27"), Fact("1.48.0"), Fact(("fruits",)), Fact(("db",))),
    apps=(FRUITS,),
    undeclared_apps=(),
    undeclared_services=(),
    database=DatabaseReport(
        Fact("running"), Fact(""), Fact(("fruits", "other")), Fact(POSTGRES), Fact(()), Fact(RIGHTS)
    ),
    backups=BackupsReport(
        schedule=Fact("0 3 * * * dokku /usr/bin/dokku postgres:backup db db-backups"),
        bucket=BucketReport(Fact(True), Fact(WriteProof(""))),
        watch=WATCH,
    ),
    hardening=Fact(()),
    leftovers=Leftovers((), (), Fact(()), Fact(()), Fact(())),
    busy=(),
)


def with_machine(**changed: Any) -> DoctorReport:
    return replace(WELL, machine=replace(WELL.machine, **changed))


def with_dokku(**changed: Any) -> DoctorReport:
    return replace(WELL, dokku=replace(WELL.dokku, **changed))


def with_app(**changed: Any) -> DoctorReport:
    return replace(WELL, apps=(replace(FRUITS, **changed),))


def with_database(**changed: Any) -> DoctorReport:
    return replace(WELL, database=replace(WELL.database, **changed))


def with_postgres(**changed: Any) -> DoctorReport:
    return with_database(postgres=Fact(replace(POSTGRES, **changed)))


def with_backups(**changed: Any) -> DoctorReport:
    return replace(WELL, backups=replace(WELL.backups, **changed))


def with_watch(**changed: Any) -> DoctorReport:
    return with_backups(watch=replace(WATCH, **changed))


def with_leftovers(**changed: Any) -> DoctorReport:
    return replace(WELL, leftovers=replace(WELL.leftovers, **changed))
