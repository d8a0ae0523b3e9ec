"""How long the last run took is shown while the next one runs."""

import pytest

from host.core.errors import HostError
from host.core.host import Host
from host.core.progress import note_of, timed
from host.drill.run import RunDrill
from host.dumps.make import MakeDump
from host.programs.runner import Answer
from host.report.status import ReportStatus
from host.restore.run import RunRestore
from host.upgrade.run import RunUpgrade
from tests.host.recorder import Recorder

DUMP = MakeDump("db", "dumps/prod")


def took(server: Recorder, seconds: float) -> str:
    """A run that takes so long; what was told of the one before."""

    def run(host: Host) -> None:
        with timed(host, DUMP):
            server.now += seconds

    server.part(run)
    return server.printed


def test_the_first_run_tells_nothing_and_each_other_how_long_the_one_before_took(server: Recorder) -> None:
    assert [took(server, 41.4), took(server, 7), took(server, 1)] == [
        "",
        "the last one took 41 s\n",
        "the last one took 7 s\n",
    ]


def test_a_run_that_fails_is_not_noted(server: Recorder) -> None:
    took(server, 41)

    def fail(host: Host) -> None:
        with timed(host, DUMP):
            server.now += 5
            raise HostError("it failed")

    assert server.fails(fail) == "it failed"
    assert took(server, 1) == "the last one took 41 s\n"


def test_each_kind_of_run_has_its_own_note(server: Recorder) -> None:
    assert [
        note_of(command)
        for command in (
            DUMP,
            RunDrill("db"),
            RunRestore("db", "x", dump="x"),
            RunRestore("db", "x", dump="x", schema="fruits"),
            RunUpgrade("db", version="18.4"),
            ReportStatus("db"),
        )
    ] == [
        "services/db/took/dump",
        "services/db/took/drill",
        "services/db/took/restore",
        "services/db/took/restore-fruits",
        "services/db/took/upgrade",
        "",
    ]
    assert server.root.exists()


def test_a_full_disk_keeps_no_note_and_fails_no_run(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("host.core.files.write", no_room)
    assert took(server, 1) == ""


def test_a_dump_is_the_plugin_s_own(server: Recorder) -> None:
    assert server.run(DUMP) == ["postgres:backup db dumps/prod"]
    assert server.fails(DUMP, {"postgres:backup": Answer(1, "", "SignatureDoesNotMatch")}) == (
        "db could not be dumped to dumps/prod; nothing was changed. Look at: ./petbase doctor"
    )
