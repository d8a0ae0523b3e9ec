"""doctor on the files of apps: as declared, late, failed, never drilled."""

from dataclasses import replace
from typing import Any

import pytest

from host.files.status import FilesReport, FolderStatus
from operate.doctor.findings import Finding, bad, drifted, hint, well
from operate.doctor.subjects import app_files
from operate.stack.outputs import Stack
from operate.stack.parse_outputs import parse
from tests.support.operate import SECOND, outputs

NOW, HOUR, PATH = 1_795_000_000, 3600, "/srv/photos"
FOLDER = FolderStatus(PATH, ("fruits",), NOW - 900 * HOUR, NOW - 2 * HOUR, "aaaa1111", 3, 5_000_000)
REPORT = FilesReport((FOLDER,), True, NOW - 30 * HOUR, "")
DRILLED = well("files drill", "the newest snapshots restored well 1 day ago")
BACKUP, DRILL = "./petbase backup --files", "./petbase drill --files"


def stack(**backups: Any) -> Stack:
    told = outputs(backups=backups)
    told["apps"]["fruits"] = {**told["apps"]["fruits"], "files": [PATH]}
    return parse("test", told)


def found(report: FilesReport | None, **backups: Any) -> list[Finding]:
    return list(app_files.findings(stack(**backups), report, NOW))


def folder(**change: Any) -> FilesReport:
    return replace(REPORT, folders=(replace(FOLDER, **change),))


def test_a_folder_that_was_backed_up_and_restored_is_well() -> None:
    about = "files of fruits"
    assert found(REPORT) == [well(about, f"{PATH}, 5.0 MB in snapshot aaaa1111, backed up 2 hours ago"), DRILLED]
    assert app_files.line(stack(), REPORT, NOW) == well(
        "files", f"{PATH}, 5.0 MB in snapshot aaaa1111, backed up 2 hours ago"
    )


@pytest.mark.parametrize(
    ("report", "finding"),
    [
        (folder(snapshot=""), well("files of fruits", f"{PATH}, an empty folder, backed up 2 hours ago")),
        (folder(problem="it is sick"), bad("files of fruits", "not backed up: it is sick", BACKUP)),
        (folder(at=NOW - 26 * HOUR), bad("files of fruits", f"{PATH} was not backed up for 1 day", BACKUP)),
        (
            folder(at=0, since=NOW),
            hint("files of fruits", f"{PATH} was not backed up yet; it is, with the next dump", BACKUP),
        ),
        (replace(REPORT, folders=()), drifted("files of fruits", f"the server does not back up {PATH}")),
    ],
)
def test_a_folder_that_is_not_well(report: FilesReport, finding: Finding) -> None:
    assert found(report)[0] == finding


@pytest.mark.parametrize(
    ("report", "drill", "finding"),
    [
        (replace(REPORT, drill_failure="it is sick"), "weekly", bad("files drill", "it is sick", DRILL)),
        (
            replace(REPORT, drilled_at=NOW - 15 * 24 * HOUR),
            "weekly",
            bad("files drill", "no drill has ended well for too long", DRILL),
        ),
        (
            replace(folder(since=NOW), drilled_at=0),
            "weekly",
            hint("files drill", "no file has been test-restored yet; the drill is weekly", DRILL),
        ),
        (
            REPORT,
            "never",
            hint("files drill", "backups.drill is never: no file is ever test-restored", "backups.drill: weekly"),
        ),
    ],
)
def test_a_drill_that_is_not_well(report: FilesReport, drill: str, finding: Finding) -> None:
    assert found(report, drill=drill)[-1] == finding


@pytest.mark.parametrize(
    ("report", "finding"),
    [
        (folder(copied_at=NOW - 2 * HOUR), well("files copy", "every folder went to the second store 2 hours ago")),
        (folder(copied_at=NOW - 26 * HOUR), bad("files copy", "nothing went to the second store for 1 day", BACKUP)),
        (
            folder(copy_problem="second store: it is full"),
            bad("files copy", "not in the second store: it is full", BACKUP),
        ),
        (
            folder(since=NOW),
            hint("files copy", "not every folder went to the second store yet; they do, with the next dump", BACKUP),
        ),
    ],
)
def test_a_second_store_has_its_own_line(report: FilesReport, finding: Finding) -> None:
    assert next(one for one in found(report, copy=SECOND) if one.about == "files copy") == finding


def test_a_server_that_knows_nothing_of_it_is_not_as_declared() -> None:
    says = drifted("files", "the server does not back up the files that the stack file declares")
    assert found(None) == [says]
    assert found(replace(REPORT, scheduled=False)) == [says]


def test_a_stack_that_backs_up_none_or_is_paused_has_no_line() -> None:
    assert found(REPORT, paused=True) == []
    assert list(app_files.findings(parse("test", outputs()), None, NOW)) == []
