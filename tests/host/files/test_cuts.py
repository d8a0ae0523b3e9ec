"""Each command about files, killed at any program that it starts, and run again: it comes to the same."""

import os
from pathlib import Path
from typing import Any

import pytest

from host.core.command import Command
from host.files.drill import DrillFiles
from host.files.restore import RestoreFiles
from host.files.run import RemoveFiles, RunFiles
from tests.host.files.scene import (
    DAY,
    ENSURE,
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
