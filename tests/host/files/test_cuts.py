"""Each command about files, killed at any program that it starts, and run again: it comes to the same."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from host.backup.watch import EnsureWatch
from host.core.command import Command
from host.files.drill import DrillFiles
from host.files.end import RemoveFiles
from host.files.restore import RestoreFiles
from host.files.run import RunFiles
from host.programs.runner import Answer
from tests.host.files.scene import (
    CRON,
    DAY,
    ENSURE,
    LISTED,
    NO_REPOSITORY,
    PASSPHRASE,
    STATE,
    UPLOADS,
    backs_up,
    made,
    restic,
    set_up,
    snapshots,
)  # fmt: skip
from tests.host.recorder import RecordedRunner, Recorder

GIVEN = {"passphrase": PASSPHRASE}
STAGING = "/var/lib/dokku/data/storage/.petbase-restore.uploads"


def ready(server: Recorder) -> Recorder:
    server.file("/var/lib/dokku").mkdir(parents=True, exist_ok=True)
    set_up(server)
    old = int(server.now) - 40 * DAY
    server.file("/home/dokku/fruits").mkdir(parents=True)

    def brings(to: str) -> Any:
        def bring() -> str:
            server.put(f"{to}{UPLOADS}/photo", "of the snapshot")
            os.utime(server.file(f"{to}{UPLOADS}/photo"), (old, old))
            return ""

        return bring

    server.answers |= {
        **backs_up(server, uploads=made("aaaa1111"), shared=made("bbbb2222")),
        **snapshots(server, ("a1", old, UPLOADS, "fruits"), ("a2", int(server.now) - DAY, UPLOADS, "fruits")),
        restic(server, "--json", "--no-lock", "stats"): '{"total_size": 5}',
        restic(server, "--no-lock", "restore", "a2", write=[STAGING]): brings(STAGING),
        restic(server, "--no-lock", "restore", "a2", write=[f"{STATE}/drill"]): brings(f"{STATE}/drill"),
        "apps:exists shop": "",
        "ps:report fruits --deployed": "true",
    }
    return server


def cut_at(patch: pytest.MonkeyPatch, number: int) -> None:
    """The program is killed instead of the call of this number, counted from 0."""
    real, calls = RecordedRunner.run, iter(range(1000))

    def run(self: RecordedRunner, *words: Any, **more: Any) -> Any:
        if next(calls) == number:
            raise KeyboardInterrupt
        return real(self, *words, **more)

    patch.setattr(RecordedRunner, "run", run)


def tree(root: Path) -> dict[str, str]:
    """Files by their paths, but for how long a run took, and folders whose name says when."""
    found = {str(file.relative_to(root)): file.read_text() for file in root.rglob("*") if file.is_file()}
    return {path: text for path, text in found.items() if "/took/" not in path and ".lock" not in path}


@pytest.mark.parametrize(
    "command", [ENSURE, RunFiles("db"), DrillFiles("db"), RemoveFiles("db")], ids=lambda command: command.verb
)
def test_cut_at_any_call_and_run_again_it_comes_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, command: Command
) -> None:
    server = ready(Recorder(tmp_path_factory.mktemp("whole")))
    calls = len(server.run(command, secrets=GIVEN))
    whole = tree(server.root)
    for number in range(calls):
        again = ready(Recorder(tmp_path_factory.mktemp("cut")))
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, number)
            with pytest.raises(KeyboardInterrupt):
                again.run(command, secrets=GIVEN)
        again.run(command, secrets=GIVEN)
        assert tree(again.root) == whole, number


WATCH = EnsureWatch("db", bucket="b", endpoint="https://store", schedule="0 3 * * *", max_age=90_000)
NO_ALARM = {"alert_url": "", "channels": "{}"}


def first(server: Recorder) -> Recorder:
    """A server on which `files ensure` has not run yet, and a bucket without a repository."""
    server.put("/var/lib/dokku/services/postgres/db/backup/AWS_ACCESS_KEY_ID", "AKIA")
    opens = iter([NO_REPOSITORY, Answer()])
    new = server.root / STATE.lstrip("/") / "new"

    def init() -> str:
        (new / "keys").mkdir()
        (new / "keys/a1").write_text("key")
        (new / "config").write_text("config")
        return ""

    server.answers = {
        "dpkg-query": "installed",
        restic(server, "--no-lock", "cat", "config", key="passphrase-coming"): lambda: next(opens),
        restic(server, "init", write=[str(new)], key="passphrase-coming").replace(
            "--repo s3:https://store/b/files/db", f"--repo {new}"
        ): init,
    }
    return server


def test_a_first_time_that_was_cut_at_any_call_and_taken_back_leaves_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Pulumi never knew of it and removes nothing; the watch, whose line the stack file changes too, does."""
    whole = first(Recorder(tmp_path_factory.mktemp("whole")))
    calls = len(whole.run(ENSURE, secrets=GIVEN))
    clean = Recorder(tmp_path_factory.mktemp("clean"))
    clean.run(WATCH, secrets=NO_ALARM)
    for number in range(calls):
        server = first(Recorder(tmp_path_factory.mktemp("cut")))
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, number)
            with pytest.raises(KeyboardInterrupt):
                server.run(ENSURE, secrets=GIVEN)
        new = [file.name for file in server.file(f"{STATE}/new").rglob("*") if file.is_file()]
        lines = server.run(WATCH, secrets=NO_ALARM)
        assert not server.file(STATE).exists(), number
        deleted = [line.rpartition("--key files/db/")[2] for line in lines if "delete-object" in line]
        assert sorted(deleted) == (["config", "keys/a1"] if new else []), number
        assert server.run(WATCH, secrets=NO_ALARM) == clean.run(WATCH, secrets=NO_ALARM)


def test_one_that_ended_unseen_and_was_taken_back_is_left_to_its_schedule(server: Recorder) -> None:
    set_up(server)
    server.run(WATCH, secrets=NO_ALARM)
    assert json.loads(server.file(f"{STATE}/settings.json").read_text())["folders"] == []
    assert server.file(CRON).exists()
    assert "snapshots stay for 35 days" in server.printed
    server.run(WATCH, secrets=NO_ALARM)
    assert "snapshots stay" not in server.printed


def test_what_the_bucket_refuses_to_delete_is_tried_again(server: Recorder) -> None:
    first(server).put(f"{STATE}/new/config", "config")
    server.run(WATCH, {LISTED: Answer(1, "", "An error occurred (AccessDenied)\n")}, secrets=NO_ALARM)
    assert server.file(f"{STATE}/new/config").exists()
    server.run(WATCH, secrets=NO_ALARM)
    assert not server.file(STATE).exists()


def test_a_restore_cut_at_any_call_and_run_again_loses_nothing_and_owes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    command = RestoreFiles("db", "fruits")
    calls = len(ready(Recorder(tmp_path_factory.mktemp("whole"))).run(command))
    for number in range(calls):
        server = ready(Recorder(tmp_path_factory.mktemp("cut")))
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, number)
            with pytest.raises(KeyboardInterrupt):
                server.run(command)
        assert server.file(f"{UPLOADS}/photo").read_text() in ("apple", "of the snapshot")
        assert server.run(command)[-1] == "ps:restart fruits"
        found = {path: text for path, text in tree(server.root).items() if path.startswith(UPLOADS.lstrip("/"))}
        assert found.pop(f"{UPLOADS}/photo".lstrip("/")) == "of the snapshot"
        assert list(found.values()) == ["apple"], number
        left = [
            path for path in tree(server.root) if "petbase-restore" in path or "/swaps/" in path or "restart" in path
        ]
        assert left == [], number
