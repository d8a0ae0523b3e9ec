"""The end of a pause: what makes dumps expire again waits for a new one that restores."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from host.core.errors import HostError
from host.dumps.bucket import Bucket
from host.programs.runner import Answer
from tests.host.backup.test_ensure import BACKUP, CAT, LINE, LIST, PRESENT, SCHEDULE, SECRETS, put_credentials
from tests.host.recorder import Answers, Recorder

PAUSED = dataclasses.replace(BACKUP, paused=True)
MADE = "postgres:backup db db-backups"
PLACE = "/var/lib/petbase/services/db/place.json"
NOTE = "/var/lib/petbase/services/db/paused.json"


def resumed(server: Recorder, made: Answer) -> str:
    """What the first run after a pause fails with."""
    put_credentials(server)
    return server.fails(BACKUP, {**PRESENT, CAT: LINE, MADE: made}, secrets=SECRETS)


def test_a_server_that_was_never_paused_makes_no_dump(server: Recorder) -> None:
    put_credentials(server)
    assert MADE not in server.run(BACKUP, {**PRESENT, CAT: LINE}, secrets=SECRETS)


def test_the_first_pause_counts_until_it_ends(server: Recorder) -> None:
    server.run(PAUSED, PRESENT, secrets=SECRETS)
    before = server.file(NOTE).read_text()
    server.now += 86_400
    server.run(PAUSED, PRESENT, secrets=SECRETS)
    assert server.file(NOTE).read_text() == before


def test_a_dump_that_fails_keeps_the_pause(server: Recorder) -> None:
    server.run(PAUSED, PRESENT, secrets=SECRETS)
    assert "could not be dumped to db-backups" in resumed(server, Answer(1))
    assert server.file(NOTE).exists()


def test_so_does_a_dump_that_does_not_restore(server: Recorder) -> None:
    server.run(PAUSED, PRESENT, secrets=SECRETS)
    assert "the drill of the newest dump failed: there is no dump in the bucket" in resumed(server, Answer())
    assert MADE in server.runner.lines
    assert server.file(NOTE).exists()
    # People read what pulumi up prints: the drill's evidence is for its own command.
    assert '{"' not in server.printed


def test_a_dump_that_restores_ends_the_pause_and_the_next_run_makes_no_other(
    server: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    drilled: list[Bucket] = []
    monkeypatch.setattr("host.backup.resume.drill", drilled.append)
    server.run(PAUSED, PRESENT, secrets=SECRETS)
    put_credentials(server)
    assert MADE in server.run(BACKUP, {**PRESENT, CAT: LINE, MADE: ""}, secrets=SECRETS)
    # In the bucket where it was made, whatever the watch knows by then.
    assert [(one.service, one.url("")) for one in drilled] == [("db", "s3://db-backups/")]
    assert not server.file(NOTE).exists()
    assert MADE not in server.run(BACKUP, {**PRESENT, CAT: LINE}, secrets=SECRETS)
    assert len(drilled) == 1


def elsewhere(server: Recorder, hours: float, tables: str) -> Answers:
    """Dumps went to another folder, and here lies one of so many hours ago."""
    put_credentials(server)
    at = datetime.fromtimestamp(server.now - hours * 3600, UTC)
    old = [[f"postgres-db-{at:%Y-%m-%d-%H-%M-%S}.tgz", 1234, '"e7a9"', at.isoformat()]]
    line = LINE.replace(" db-backups ", " db-backups/before ")
    return {**PRESENT, CAT: line, LIST: json.dumps(old), "docker exec": tables, MADE: ""}


@pytest.mark.parametrize(
    ("hours", "tables", "made"),
    [(1000, "3", True), (2, "3", False), (1000, "0", False)],
    ids=["old dumps only", "a young one", "nothing to dump"],
)
def test_old_dumps_at_a_new_place_expire_only_when_there_is_a_new_one(
    server: Recorder, monkeypatch: pytest.MonkeyPatch, hours: float, tables: str, made: bool
) -> None:
    drilled: list[Bucket] = []
    monkeypatch.setattr("host.backup.resume.drill", drilled.append)
    lines = server.run(BACKUP, elsewhere(server, hours, tables), secrets=SECRETS)
    assert (MADE in lines, len(drilled)) == (made, int(made))
    assert SCHEDULE in lines
    assert not server.file(NOTE).exists()
    assert not server.file(PLACE).exists()


def test_a_move_that_was_cut_off_is_settled_by_the_next_run(server: Recorder) -> None:
    """The line and the endpoint are the new place's by then."""
    answers = elsewhere(server, 1000, "3")
    server.put(PLACE, '{"settled": false}')
    with pytest.raises(HostError, match=r"the drill of .* failed"):
        server.run(BACKUP, {**answers, CAT: LINE}, secrets=SECRETS)
    assert MADE in server.runner.lines
    assert server.file(NOTE).exists()
