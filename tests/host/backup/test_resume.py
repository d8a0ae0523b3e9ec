"""The end of a pause: what makes dumps expire again waits for a new one that restores."""

import dataclasses

import pytest

from host.dumps.bucket import Bucket
from host.programs.runner import Answer
from tests.host.backup.test_ensure import BACKUP, CAT, LINE, PRESENT, SECRETS, put_credentials
from tests.host.recorder import Recorder

PAUSED = dataclasses.replace(BACKUP, paused=True)
MADE = "postgres:backup db db-backups"
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
