"""The second store: how the last copy ended, what its key can destroy, what is there as seen from here."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from host.copy.proof import Proof
from host.copy.settings import CopyStatus
from host.report.model.doctor import CopyReport
from operate.backups.evidence import Evidence
from operate.backups.inventory import DumpRecord, Inventory
from operate.core.errors import PetbaseError
from operate.doctor.subjects import dumps
from operate.dumps.objects import Object
from operate.stack.outputs import Stack
from tests.operate.doctor.faults import lines_of, stack, wrong
from tests.support.operate import SECOND
from tests.support.report import NOW, WELL, with_backups

SAFE = Proof(deletes=False, overwrites=False)
DONE = CopyStatus(int(NOW.timestamp()), "", "x.tgz", 1)


def _stack(**more: Any) -> Stack:
    return stack(backups={"copy": SECOND, **more})


def _record(name: str, made: datetime, *, verified: bool = False) -> DumpRecord:
    proof = Evidence(made, "", 1.0, 1, equal=True, error="") if verified else None
    return DumpRecord(name, made, Object(name, 9, made, "e"), evidence=proof)


OLD = NOW - timedelta(days=93)
VERIFIED = Inventory([_record("new.tgz", NOW - timedelta(hours=5), verified=True)])
SERVER = {
    "a server that does not know it": None,
    "a copy that failed": CopyReport(replace(DONE, problem="it is full"), SAFE),
    "a key that was never tried": CopyReport(DONE, None),
    "a key that deletes and overwrites": CopyReport(None, Proof(deletes=True, overwrites=True)),
    "a key that overwrites": CopyReport(DONE, Proof(deletes=False, overwrites=True)),
}
THERE: dict[str, Inventory | PetbaseError] = {
    "a store that is gone": PetbaseError("It is gone."),
    "the newest verified dump is not there": Inventory([_record("old.tgz", NOW)]),
    "a dump that is older than keep-days": Inventory([_record("new.tgz", NOW), _record("old.tgz", OLD)]),
}
LINES = lines_of(__file__, {**SERVER, **THERE})


@pytest.mark.parametrize("fault", SERVER)
def test_what_the_server_wrote_down_is_told(fault: str) -> None:
    assert wrong(dumps.copy_on_the_server(_stack(), with_backups(copy=SERVER[fault]))) == LINES[fault]


def test_where_all_is_well_or_nothing_is_declared_there_is_no_line() -> None:
    assert [*dumps.copy_on_the_server(_stack(), with_backups(copy=CopyReport(DONE, SAFE)))] == []
    assert [*dumps.copy_on_the_server(stack(), WELL)] == []
    assert [*dumps.copy_on_the_server(_stack(paused=True), WELL)] == []


@pytest.mark.parametrize("fault", THERE)
def test_what_is_there_is_compared_with_the_first_store(fault: str) -> None:
    assert wrong(dumps.in_the_second_store(_stack(), VERIFIED, THERE[fault], NOW)) == LINES[fault]


def test_the_newest_verified_dump_that_is_there_is_well() -> None:
    assert wrong(dumps.in_the_second_store(_stack(), VERIFIED, Inventory([_record("new.tgz", NOW)]), NOW)) == []


@pytest.mark.parametrize(("minutes", "level"), [(89, "well"), (91, "bad")])
def test_a_dump_that_was_just_verified_has_until_the_next_hourly_copy(minutes: int, level: str) -> None:
    verified = Inventory([_record("new.tgz", NOW - timedelta(minutes=minutes), verified=True)])
    (found,) = dumps.in_the_second_store(_stack(), verified, Inventory([]), NOW)
    assert found.level == level
    if level == "well":
        assert found.says == "new.tgz was just verified, and is copied to copies/test within the hour"


def test_a_first_store_that_is_gone_leaves_the_second_to_be_looked_at() -> None:
    (found,) = dumps.in_the_second_store(_stack(), PetbaseError("gone"), Inventory([_record("new.tgz", NOW)]), NOW)
    assert (found.level, found.says) == ("well", "new.tgz, 0 seconds old, is in copies/test")
    none = dumps.in_the_second_store(_stack(), PetbaseError("gone"), Inventory([]), NOW)
    assert wrong(none) == [
        ("hint", "second store", "there is no copy yet in copies/test", "./petbase drill, then ./petbase copy")
    ]
