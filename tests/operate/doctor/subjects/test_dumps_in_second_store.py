"""The second store: how the last copy ended, what its key can destroy, what is there as seen from here."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from host.copy.copied import CopyStatus
from host.copy.proof import Proof
from host.report.model.backups import CopyReport
from operate.backups.evidence import Evidence
from operate.backups.inventory import DumpRecord, Inventory
from operate.core.errors import PetbaseError
from operate.doctor.subjects import dumps
from operate.dumps.objects import Object
from operate.stack.outputs import Stack
from tests.operate.doctor.faults import REPAIR, Line, stack, wrong
from tests.support.operate import SECOND
from tests.support.report import NOW, WELL, with_backups

GUARD = "a lock on that bucket, or a key that cannot delete: docs/thieves.md; then ./petbase doctor --repair"
SAFE = Proof(deletes=False, overwrites=False)
DONE = CopyStatus(int(NOW.timestamp()), "", "x.tgz", 1)


def _stack(**more: Any) -> Stack:
    return stack(backups={"copy": SECOND, **more})


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (None, ("bad", "second store", "the server does not know it", REPAIR)),
        (
            CopyReport(replace(DONE, problem="it is full"), SAFE),
            ("bad", "second store", "not every verified dump is there: it is full", "./petbase copy"),
        ),
        (
            CopyReport(DONE, None),
            (
                "hint",
                "second store",
                "could not be reached when it was set up, so what its key can delete is not known",
                REPAIR,
            ),
        ),
        (
            CopyReport(None, Proof(deletes=True, overwrites=True)),
            ("hint", "second store", "its key, which the server has, can delete and overwrite what lies there", GUARD),
        ),
        (
            CopyReport(DONE, Proof(deletes=False, overwrites=True)),
            ("hint", "second store", "its key, which the server has, can overwrite what lies there", GUARD),
        ),
    ],
)
def test_what_the_server_wrote_down_is_told(report: CopyReport | None, line: Line) -> None:
    assert wrong(dumps.copy_on_the_server(_stack(), with_backups(copy=report))) == [line]


def test_where_all_is_well_or_nothing_is_declared_there_is_no_line() -> None:
    assert [*dumps.copy_on_the_server(_stack(), with_backups(copy=CopyReport(DONE, SAFE)))] == []
    assert [*dumps.copy_on_the_server(stack(), WELL)] == []
    assert [*dumps.copy_on_the_server(_stack(paused=True), WELL)] == []


def _record(name: str, made: datetime, *, verified: bool = False) -> DumpRecord:
    proof = Evidence(made, "", 1.0, 1, equal=True, error="") if verified else None
    return DumpRecord(name, made, Object(name, 9, made, "e"), evidence=proof)


OLD = NOW - timedelta(days=93)
VERIFIED = Inventory([_record("new.tgz", NOW - timedelta(hours=5), verified=True)])


@pytest.mark.parametrize(
    ("there", "lines"),
    [
        (PetbaseError("It is gone."), [("unknown", "second store", "It is gone.", "")]),
        (
            Inventory([_record("old.tgz", NOW)]),
            [("bad", "second store", "new.tgz, the newest verified dump, is not in copies/test", "./petbase copy")],
        ),
        (Inventory([_record("new.tgz", NOW)]), []),
        (
            Inventory([_record("new.tgz", NOW), _record("old.tgz", OLD)]),
            [
                (
                    "hint",
                    "second store",
                    "dumps in copies/test that are older than keep-days, 90: 1",
                    "a lifecycle rule there: docs/thieves.md; Petbase deletes nothing there",
                )
            ],
        ),
    ],
)
def test_what_is_there_is_compared_with_the_first_store(there: Inventory | PetbaseError, lines: list[Line]) -> None:
    assert wrong(dumps.in_the_second_store(_stack(), VERIFIED, there, NOW)) == lines


@pytest.mark.parametrize(("minutes", "level"), [(89, "well"), (91, "bad")])
def test_a_dump_that_was_just_verified_has_until_the_next_hourly_copy(minutes: int, level: str) -> None:
    verified = Inventory([_record("new.tgz", NOW - timedelta(minutes=minutes), verified=True)])
    (found,) = dumps.in_the_second_store(_stack(), verified, Inventory([]), NOW)
    assert found.level == level
    if level == "well":
        assert found.says == "new.tgz was just verified, and goes to copies/test within the hour"


def test_a_first_store_that_is_gone_leaves_the_second_to_be_looked_at() -> None:
    (found,) = dumps.in_the_second_store(_stack(), PetbaseError("gone"), Inventory([_record("new.tgz", NOW)]), NOW)
    assert (found.level, found.says) == ("well", "new.tgz, 0 seconds old, is in copies/test")
    none = dumps.in_the_second_store(_stack(), PetbaseError("gone"), Inventory([]), NOW)
    assert wrong(none) == [
        ("hint", "second store", "there is no copy yet in copies/test", "./petbase drill, then ./petbase copy")
    ]
