"""`files ensure` and `files remove`: the repository, the schedule, the passphrase; bad passphrases and stores."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from host.core.command import Command
from host.files.end import RemoveFiles
from host.files.run import RunFiles
from host.programs.runner import Answer
from tests.host.files.scene import (
    CRON,
    ENSURE,
    LISTED,
    NO_REPOSITORY,
    PASSPHRASE,
    SHARED,
    STATE,
    UPLOADS,
    WRONG,
    restic,
    set_up,
    snapshots,
    state,
    verbs,
)  # fmt: skip
from tests.host.recorder import Answers, Recorder

GIVEN = {"passphrase": PASSPHRASE}
PROGRAM = "/usr/local/lib/petbase/prod/petbase-host"
FOLDERS = [{"path": SHARED, "apps": ["fruits", "shop"]}, {"path": UPLOADS, "apps": ["fruits"]}]


@pytest.fixture
def server(server: Recorder) -> Recorder:
    return set_up(server)


def test_it_writes_settings_schedule_and_passphrase(server: Recorder) -> None:
    settings = {"bucket": "b", "prefix": "", "endpoint": "https://store", "keep_days": 35, "folders": FOLDERS}
    assert state(server, "settings") == settings
    assert server.file(CRON).read_text() == (
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
        f"0 3 * * * root nice {PROGRAM} files run db >/run/petbase-files-run-db.log 2>&1\n"
        f"30 5 * * 1 root nice {PROGRAM} files drill db >/run/petbase-files-drill-db.log 2>&1\n"
    )
    file = server.file(f"{STATE}/passphrase")
    assert (file.read_text(), file.stat().st_mode & 0o777) == (PASSPHRASE, 0o600)
    since = {"since": server.now, "at": 0, "snapshot": "", "entries": 0, "bytes": 0, "problem": ""}
    since |= {"copied_at": 0, "copy_problem": ""}
    assert (state(server, "status") or {})["folders"] == [{**one, **since} for one in FOLDERS]


def test_a_second_time_it_opens_the_repository_and_changes_nothing(server: Recorder) -> None:
    before = {file: file.read_text() for file in server.root.rglob("*") if file.is_file()}
    assert server.run(ENSURE, secrets=GIVEN) == [
        "dpkg-query --show --showformat '${db:Status-Status}' restic",
        "docker image inspect petbase/s3backup:0.18.0",
        f"{LISTED} s3api list-objects-v2 --bucket b --max-keys 1",
        "docker rm --force petbase.files.db",
        restic(server, "--no-lock", "cat", "config", key="passphrase-coming"),
    ]
    assert {file: file.read_text() for file in server.root.rglob("*") if file.is_file()} == before


def test_the_passphrase_and_the_keys_are_in_no_word_and_no_line(server: Recorder) -> None:
    server.run(ENSURE, secrets=GIVEN)
    for text in (server.printed, *server.runner.lines):
        assert PASSPHRASE not in text
        assert "s3cr3t" not in text
    assert server.runner.environments[-1]["AWS_SECRET_ACCESS_KEY"] == "s3cr3t"


def test_a_repository_is_made_here_and_sent_the_key_first(server: Recorder) -> None:
    opens = iter([NO_REPOSITORY, Answer()])
    new = server.root / STATE.lstrip("/") / "new"

    def init() -> str:
        (new / "keys").mkdir()
        for name in ("config", "keys/4a11"):
            (new / name).write_text(name)
        return ""

    passphrase = "passphrase-coming"
    made = restic(server, "init", write=[str(new)], key=passphrase).replace("s3:https://store/b/files/db", str(new))
    answers: Answers = {restic(server, "--no-lock", "cat", "config", key=passphrase): lambda: next(opens), made: init}
    lines = server.run(ENSURE, answers, {f"{LISTED} s3api list-objects-v2 --bucket b --prefix": "null"}, secrets=GIVEN)
    sent = [line for line in lines if line.startswith((f"{LISTED} s3 cp", "cat "))]
    assert sent == [
        f"cat {new}/keys/4a11",
        f"{LISTED} s3 cp --only-show-errors - s3://b/files/db/keys/4a11",
        f"cat {new}/config",
        f"{LISTED} s3 cp --only-show-errors - s3://b/files/db/config",
    ]
    assert not new.exists()


def test_a_place_that_holds_something_else_is_left_alone(server: Recorder) -> None:
    row = json.dumps([["files/db/keys/4a11", 400, '"e"', "2031-01-01T00:00:00+00:00"]])
    answers: Answers = {
        restic(server, "--no-lock", "cat", "config", key="passphrase-coming"): NO_REPOSITORY,
        f"{LISTED} s3api list-objects-v2 --bucket b --prefix": row,
    }
    assert server.fails(ENSURE, answers, secrets=GIVEN) == (
        "s3:https://store/b/files/db holds 1 objects, but no configuration of restic's: it was deleted, or a "
        "first run on another server was cut off. Nothing was changed. If nothing there is needed, delete that folder "
        "in the bucket and run pulumi up again"
    )


def test_a_new_passphrase_opens_the_repository_in_place_of_the_old_one(server: Recorder) -> None:
    coming = f"{server.root}{STATE}/passphrase-coming"
    answers = {restic(server, "--no-lock", "cat", "config", key="passphrase-coming"): WRONG}
    lines = server.run(ENSURE, answers, secrets={"passphrase": "another"})
    assert lines[-1] == restic(server, "key", "passwd", "--new-password-file", coming, read=[coming])
    assert Path(f"{server.root}{STATE}/passphrase").read_text() == "another"


def test_on_a_new_server_the_passphrase_of_before_is_asked_for(server: Recorder) -> None:
    server.file(f"{STATE}/passphrase").unlink()
    answers = {restic(server, "--no-lock", "cat", "config", key="passphrase-coming"): WRONG}
    assert server.fails(ENSURE, answers, secrets=GIVEN) == (
        "petbase:backupPassphrase does not open the files' repository at s3:https://store/b/files/db; nothing was "
        "changed. Set the passphrase that it had, run pulumi up, and change it then"
    )


def test_a_store_that_refuses_is_an_error_and_leaves_the_passphrase(server: Recorder) -> None:
    answers = {f"{LISTED} s3api list-objects-v2 --bucket b --max-keys": Answer(1, "", "Access Denied\n")}
    problem = server.fails(ENSURE, answers, secrets={"passphrase": "another"})
    assert problem == "the store at https://store does not open b (Access Denied); look at its key"
    assert Path(f"{server.root}{STATE}/passphrase").read_text() == PASSPHRASE


def test_while_paused_nothing_runs_by_itself_and_the_store_is_not_asked(server: Recorder) -> None:
    assert server.run(replace(ENSURE, paused=True), secrets=GIVEN) == []
    assert not server.file(CRON).exists()


def test_a_folder_that_is_no_longer_declared_is_no_longer_looked_at(server: Recorder) -> None:
    server.run(replace(ENSURE, folder=(f"fruits={UPLOADS}",)), secrets=GIVEN)
    assert [one["path"] for one in (state(server, "status") or {})["folders"]] == [UPLOADS]


def test_without_apps_snapshots_still_expire_until_none_is_left(server: Recorder) -> None:
    assert server.run(RemoveFiles("db")) == []
    assert (state(server, "settings") or {})["folders"] == []
    old, young = server.now - 36 * 86_400, server.now - 86_400
    server.run(RunFiles("db"), snapshots(server, ("aa", int(old), UPLOADS, "fruits"), ("bb", int(young), SHARED, "")))
    assert [verb for verb in verbs(server) if "snapshots" not in verb] == ["unlock", "forget aa", "prune"]
    assert server.file(CRON).exists()
    server.now += 36 * 86_400
    server.run(RunFiles("db"), snapshots(server))
    assert not server.file(CRON).exists()
    assert state(server, "settings") is None


@pytest.mark.parametrize("command", [RemoveFiles("db")])
def test_there_is_nothing_to_remove_where_nothing_was_backed_up(server: Recorder, command: Command) -> None:
    server.file(f"{STATE}/settings.json").unlink()
    assert server.run(command) == []
