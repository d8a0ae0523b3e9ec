"""The database: what keeps it from answering, its version, its load, and what blocks it."""

import pytest

from host.core.fact import Fact
from host.report.model.database import CollationChange, ForeignObjects, IdleSession
from host.report.model.doctor import DoctorReport
from operate.doctor.subjects import database
from tests.operate.doctor.faults import REPAIR, Line, stack, wrong
from tests.support.report import UNKNOWN, WELL, with_database, with_dokku, with_postgres

_START = "./petbase ssh dokku postgres:start db, or look at ./petbase ssh dokku postgres:logs db"
_WHO = "./petbase psql -c 'SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1'; then apps.APP.connections"
FAULTS: dict[str, tuple[DoctorReport, Line]] = {
    "a plugin that does not answer": (
        with_dokku(services=UNKNOWN),
        ("unknown", "database db", "dokku postgres:list says: it is sick", ""),
    ),
    "no database": (
        with_dokku(services=Fact(("other",))),
        ("bad", "database db", "is not on the server", "docs/disaster.md"),
    ),
    "a database that stands still": (
        with_database(status=Fact("exited"), postgres=UNKNOWN),
        ("bad", "database db", "answers no query; its container is: exited", _START),
    ),
    "a database that runs and does not answer": (
        with_database(postgres=UNKNOWN),
        ("bad", "database db", "answers no query; its container is: running (it is sick)", _START),
    ),
    "a Docker that does not answer": (
        with_database(status=UNKNOWN),
        ("bad", "database db", "answers no query; its container is: it is sick", _START),
    ),
    "an older minor version": (
        with_postgres(version="18.3"),
        ("bad", "database db", "PostgreSQL 18.3; the stack file says 18.4", REPAIR),
    ),
    "another major version": (
        with_postgres(version="17.6"),
        (
            "bad",
            "database db",
            "PostgreSQL 17.6; the stack file says 18.4",
            'write version: "17.6"; another major needs a dump and a restore',
        ),
    ),
    "an exposed database": (
        with_database(exposed=Fact("5432->15432")),
        ("bad", "database db", "is exposed on 5432->15432", "./petbase ssh dokku postgres:unexpose db"),
    ),
    "connections that run out": (with_postgres(connections=96), ("bad", "connections", "96 of 100 in use", _WHO)),
    "connections that become few": (with_postgres(connections=80), ("hint", "connections", "80 of 100 in use", _WHO)),
    "a session that has been idle in a transaction": (
        with_postgres(idle_sessions=(IdleSession(4711, "fruits", 1260),)),
        (
            "hint",
            "sessions",
            "session 4711 of fruits has been idle in a transaction for 21 minutes; what it locks stops dumps and other "
            "apps",
            "end it: ./petbase psql -c 'SELECT pg_terminate_backend(4711)'",
        ),
    ),
    "an object that belongs to another role": (
        with_database(foreign_objects=Fact((ForeignObjects("fruits", 1, "table fruits.t", ("postgres",)),))),
        ("bad", "schema fruits", "its table fruits.t belongs to postgres, and may be refused to its app", REPAIR),
    ),
    "objects that belong to another role": (
        with_database(foreign_objects=Fact((ForeignObjects("fruits", 3, "table fruits.t", ("My Notes", "postgres")),))),
        (
            "bad",
            "schema fruits",
            '3 objects belong to "My Notes", postgres, as table fruits.t, and may be refused to its app',
            REPAIR,
        ),
    ),
    "owners that cannot be asked": (with_database(foreign_objects=UNKNOWN), ("unknown", "owners", "it is sick", "")),
    "indexes of another C library": (
        with_postgres(collation_changes=(CollationChange("my-db", "2.36", "2.41"),)),
        (
            "bad",
            "database my-db",
            "its indexes were built with collations 2.36 and the image provides 2.41, so they may miss rows",
            """./petbase psql -c 'REINDEX DATABASE "my-db"'; """
            """./petbase psql -c 'ALTER DATABASE "my-db" REFRESH COLLATION VERSION'""",
        ),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_line_and_its_repair(fault: str) -> None:
    report, line = FAULTS[fault]
    assert wrong(database.findings(stack(), report)) == [line]


def test_what_is_well_is_told_too() -> None:
    assert [(one.about, one.says) for one in database.findings(stack(), WELL)] == [
        ("database db", "PostgreSQL 18.4 answers"),
        ("connections", "7 of 100 in use"),
    ]
