"""The database: what keeps it from answering, its version, its load, and what blocks it."""

import pytest

from host.core.fact import Fact
from host.report.model.database import CollationChange, ForeignObjects, IdleSession
from host.report.model.doctor import DoctorReport
from host.values.dump_locks import DumpLocks
from host.values.prepared_transactions import PreparedTransactions
from operate.doctor.subjects import database
from tests.operate.doctor.faults import app, lines_of, stack, wrong
from tests.support.report import UNKNOWN, WELL, with_database, with_dokku, with_postgres

FAULTS: dict[str, DoctorReport] = {
    "a plugin that does not answer": with_dokku(services=UNKNOWN),
    "no database": with_dokku(services=Fact(("other",))),
    "a database that stands still": with_database(status=Fact("exited"), postgres=UNKNOWN),
    "a database that runs and does not answer": with_database(postgres=UNKNOWN),
    "a Docker that does not answer": with_database(status=UNKNOWN),
    "an older minor version": with_postgres(version="18.3"),
    "another major version": with_postgres(version="17.6"),
    "an exposed database": with_database(exposed=Fact("5432->15432")),
    "connections that run out": with_postgres(connections=96),
    "connections that become few": with_postgres(connections=80),
    "more tables than a dump can lock": with_postgres(locks=DumpLocks(7000, 6400, 192)),
    "limits that do not fit": with_postgres(limits=120),
    "a session that has been idle in a transaction": with_postgres(idle_sessions=(IdleSession(4711, "fruits", 1260),)),
    "a prepared transaction that was forgotten": with_postgres(
        prepared_transactions=(PreparedTransactions("fruits", 2, 1260),)
    ),
    "notifications that nobody takes": with_postgres(notify_percent=40),
    "an object that belongs to another role": with_database(
        foreign_objects=Fact((ForeignObjects("fruits", 1, "table fruits.t", ("postgres",)),))
    ),
    "objects that belong to another role": with_database(
        foreign_objects=Fact((ForeignObjects("fruits", 3, "table fruits.t", ("My Notes", "postgres")),))
    ),
    "owners that cannot be asked": with_database(foreign_objects=UNKNOWN),
    "indexes of another C library": with_postgres(collation_changes=(CollationChange("my-db", "2.36", "2.41"),)),
    "indexes of another ICU": with_postgres(
        collation_changes=(CollationChange("my-db", "153.112", "153.120", 'fruits."a\u202eb"'),)
    ),
}
LINES = lines_of(__file__, FAULTS)


@pytest.mark.parametrize("fault", LINES)
def test_each_fault_has_its_line_and_its_repair(fault: str) -> None:
    assert wrong(database.findings(stack(), FAULTS[fault])) == LINES[fault]


def test_an_app_without_a_limit_is_named_where_no_connection_is_left() -> None:
    """It takes the superuser's reserved connections too, so nothing can be asked about who has them."""
    full = with_database(postgres=Fact(reason="FATAL:  sorry, too many clients already"))
    mighty = stack(apps=app(access="superuser", schema="public", role="postgres"))
    assert wrong(database.findings(mighty, full))[1:] == [
        (
            "hint",
            "app fruits",
            "has access: superuser, so PostgreSQL limits its connections in no way",
            "./petbase ssh dokku ps:restart fruits; then docs/isolation.md",
        )
    ]
    assert len(wrong(database.findings(stack(), full))) == 1


def test_what_is_well_is_told_too() -> None:
    assert [(one.about, one.says) for one in database.findings(stack(), WELL)] == [
        ("database db", "PostgreSQL 18.4 answers"),
        ("connections", "7 of 100 in use"),
    ]


@pytest.mark.parametrize(
    ("runs", "default", "finding"),
    [
        ("18.3", "18.4", ("hint", 'write version: "18.4", and pulumi up')),
        ("18.4", "19.1", ("hint", "./petbase upgrade-database 19.1")),
        ("18.6", "18.4", ("well", "")),
    ],
)
def test_a_default_that_a_release_changed_is_no_drift(runs: str, default: str, finding: tuple[str, str]) -> None:
    undeclared = stack(database={"service": "db", "version": default, "versionDeclared": False})
    found = next(database.findings(undeclared, with_postgres(version=runs)))
    assert (found.level, found.repair) == finding
