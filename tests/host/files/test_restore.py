"""`files restore`: beside the live folders, then in their place; cut between any two steps; what it refuses."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from host.core.host import Host
from host.files import swap as swaps
from host.files.restore import RestoreFiles
from host.files.run import RunFiles
from host.programs.runner import Answer
from host.restore.set_aside import DropSetAside
from tests.host.files.scene import DAY, SHARED, UPLOADS, restic, set_up, snapshots, state
from tests.host.recorder import Recorder

RESTORE = RestoreFiles("db", "fruits")
ASIDE = ".before-2026-11-18-11-06-40"
STAGED = {one: f"{os.path.dirname(one)}/.petbase-restore.{os.path.basename(one)}" for one in (UPLOADS, SHARED)}  # noqa: PTH119, PTH120
ROWS = (("a1", 1_794_000_000, UPLOADS, "fruits"), ("a2", 1_794_900_000, UPLOADS, "fruits"))


def bringing(server: Recorder, folder: str, snapshot: str) -> Callable[[], str]:
    """restic restores a folder with a photo that says which snapshot it is of."""

    def bring() -> str:
        server.put(f"{STAGED[folder]}{folder}/photo", snapshot)
        os.utime(server.file(f"{STAGED[folder]}{folder}/photo"), (1, 1))
        return ""

    return bring


@pytest.fixture
def server(server: Recorder) -> Recorder:
    """A deployed app whose one folder has two snapshots; the other was always empty."""
    set_up(server)
    server.file("/home/dokku/fruits").mkdir(parents=True)
    server.answers |= {
        **snapshots(server, *ROWS),
        restic(server, "--json", "--no-lock", "stats"): '{"total_size": 5, "total_file_count": 2}',
        "apps:exists shop": Answer(20, "", ""),
        "ps:report fruits --deployed": "true",
    }
    for snapshot in ("a1", "a2"):
        line = restic(server, "--no-lock", "restore", snapshot, write=[STAGED[UPLOADS]])
        server.answers[line] = bringing(server, UPLOADS, snapshot)
    return server


def photo(server: Recorder, folder: str = UPLOADS) -> str:
    return server.file(f"{folder}/photo").read_text()


def test_the_newest_snapshot_takes_the_place_and_what_was_live_stays_beside(server: Recorder) -> None:
    lines = server.run(RESTORE)
    assert (photo(server), photo(server, f"{UPLOADS}{ASIDE}"), photo(server, SHARED)) == ("a2", "apple", "apple")
    told = {"path": UPLOADS, "snapshot": "a2", "at": 1_794_900_000, "bytes": 5, "aside": f"{UPLOADS}{ASIDE}"}
    assert json.loads(server.printed.splitlines()[-1]) == [told]
    to = STAGED[UPLOADS]
    assert restic(server, "--no-lock", "restore", "a2", "--target", to, "--verify", write=[to]) in lines
    assert not server.file(to).exists()
    assert lines[-1] == "ps:restart fruits"
    assert [vars(one) for one in swaps.asides(Host("prod", root=server.root), "db")] == [
        {"path": f"{UPLOADS}{ASIDE}", "of": UPLOADS, "at": int(server.now)}
    ]


def test_a_time_takes_the_newest_of_no_later(server: Recorder) -> None:
    server.run(RestoreFiles("db", "fruits", at=1_794_899_999))
    assert photo(server) == "a1"


def test_twice_keeps_what_each_has_replaced(server: Recorder) -> None:
    server.run(RESTORE)
    server.put(f"{UPLOADS}/photo", "worm")
    server.now += 1
    server.run(RESTORE)
    assert photo(server, f"{UPLOADS}{ASIDE}") == "apple"
    assert photo(server, f"{UPLOADS}.before-2026-11-18-11-06-41") == "worm"


def test_in_one_second_too(server: Recorder) -> None:
    server.run(RESTORE)
    server.put(f"{UPLOADS}/photo", "worm")
    server.run(RESTORE)
    assert photo(server, f"{UPLOADS}{ASIDE}-2") == "worm"


def test_a_folder_that_is_as_in_the_snapshot_has_nothing_to_do(server: Recorder) -> None:
    server.run(RESTORE)
    server.now += 1
    lines = server.run(RESTORE)
    assert not [line for line in lines if line.startswith("ps:restart")]
    assert json.loads(server.printed.splitlines()[-1])[0]["aside"] == ""
    assert f"{UPLOADS}: the same already" in server.printed
    assert {path.name for path in server.file(UPLOADS).parent.iterdir()} == {f"uploads{ASIDE}", "uploads"}


def _rewrite(photo: Path) -> None:
    photo.write_text("a3")
    os.utime(photo, (1, 1))


def _link(photo: Path) -> None:
    photo.unlink()
    photo.symlink_to("/etc/hosts")


def _pipe(photo: Path) -> None:
    photo.unlink()
    os.mkfifo(photo)


CHANGES: dict[str, Callable[[Path], object]] = {
    "one more": lambda photo: (photo.parent / "more").touch(),
    "one less": Path.unlink,
    "other bytes of one size and time": _rewrite,
    "another time": lambda photo: os.utime(photo, (2, 2)),
    "other rights": lambda photo: photo.chmod(0o600),
    "other rights of the folder": lambda photo: photo.parent.chmod(0o700),
    "a link in its place": _link,
    "a pipe in its place": _pipe,
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_the_folder_is_seen_and_put_aside(server: Recorder, change: str) -> None:
    server.run(RESTORE)
    CHANGES[change](server.file(f"{UPLOADS}/photo"))
    server.now += 1
    server.run(RESTORE)
    assert photo(server) == "a2"
    assert server.file(f"{UPLOADS}.before-2026-11-18-11-06-41").is_dir()


def test_a_folder_that_is_gone_comes_back(server: Recorder) -> None:
    server.file(f"{UPLOADS}/photo").unlink()
    server.file(UPLOADS).rmdir()
    server.run(RESTORE)
    assert photo(server) == "a2"
    assert json.loads(server.printed.splitlines()[-1])[0]["aside"] == ""


@pytest.mark.parametrize("after", range(3))
@pytest.mark.parametrize("finished_by", [RESTORE, RunFiles("db")])
def test_cut_between_any_two_renames_the_next_run_ends_it(
    server: Recorder, monkeypatch: pytest.MonkeyPatch, after: int, finished_by: RestoreFiles | RunFiles
) -> None:
    """0: before the live one is moved, 1: before the restored one is, 2: before its note goes."""
    real, calls = Path.rename, iter(range(9))

    def cut(self: Path, target: Path) -> Path:
        if self.name.endswith("+") or next(calls) != after:
            return real(self, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", cut)
    if after == 2:
        monkeypatch.setattr(shutil, "rmtree", _interrupted_after_two(calls))
    with pytest.raises(KeyboardInterrupt):
        server.run(RESTORE)
    monkeypatch.undo()
    server.answers |= snapshots(server)
    if finished_by is RESTORE:
        assert "there is no snapshot" in server.fails(RESTORE)
    else:
        server.fails(finished_by)
    assert photo(server) == "a2"
    assert photo(server, f"{UPLOADS}{ASIDE}") == "apple"
    assert not server.file(STAGED[UPLOADS]).exists()


def _interrupted_after_two(calls: object) -> Callable[..., None]:
    def cut(_path: Path, **_options: object) -> None:
        if next(calls) >= 2:  # type: ignore[call-overload]
            raise KeyboardInterrupt

    return cut


def test_what_cannot_be_restored_leaves_all_as_it_was(server: Recorder) -> None:
    server.answers |= {restic(server, "--no-lock", "restore"): Answer(1, "", "Fatal: There were 2 errors\n")}
    line = restic(server, "--no-lock", "restore", "a2", write=[STAGED[UPLOADS]])
    server.answers[line] = Answer(1, "", "Fatal: There were 2 errors\n")
    assert server.fails(RESTORE) == "There were 2 errors"
    assert photo(server) == "apple"
    assert "ps:restart fruits" not in server.runner.lines


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (
            RestoreFiles("db", "other"),
            "no files of other are backed up on this server. Write backup: true beside its storage in the stack file, "
            "and run pulumi up",
        ),
        (
            RestoreFiles("db", "fruits", at=1_700_000_000),
            f"there is no snapshot of 2023-11-14 22:13:20 UTC or before of {SHARED}, {UPLOADS}; nothing was changed. "
            "When they were last backed up: ./petbase doctor",
        ),
    ],
)
def test_what_is_not_there_is_refused(server: Recorder, command: RestoreFiles, problem: str) -> None:
    assert server.fails(command) == problem


def test_a_folder_that_is_a_link_is_not_swapped(server: Recorder) -> None:
    server.file(f"{UPLOADS}/photo").unlink()
    server.file(UPLOADS).rmdir()
    server.file(UPLOADS).symlink_to("/srv")
    assert f"{UPLOADS} is a link, and only a plain folder can be swapped; nothing was changed" in server.fails(RESTORE)


def test_without_room_nothing_is_fetched(server: Recorder) -> None:
    server.answers[restic(server, "--json", "--no-lock", "stats")] = json.dumps({"total_size": 1 << 60})
    assert f"the disk of {UPLOADS} has " in server.fails(RESTORE)
    assert photo(server) == "apple"


def test_what_was_put_aside_goes_when_somebody_says_so_and_nothing_else_does(server: Recorder) -> None:
    server.run(RESTORE)
    for path in (UPLOADS, "/etc"):
        problem = f"{path} was not put aside by a restore; nothing was changed. What there is: ./petbase kept"
        assert server.fails(DropSetAside("db", path)) == problem
    server.run(DropSetAside("db", f"{UPLOADS}{ASIDE}"))
    assert not server.file(f"{UPLOADS}{ASIDE}").exists()
    assert photo(server) == "a2"
    assert swaps.asides(Host("prod", root=server.root), "db") == ()


def test_an_app_that_only_reads_the_folder_restarts_too(server: Recorder) -> None:
    server.put("/var/lib/petbase/apps/reader/settings/storage.json", '{"names": ["uploads:/u:ro"]}')
    server.put("/var/lib/petbase/apps/other/settings/storage.json", '{"names": ["others:/u"]}')
    lines = server.run(RESTORE, {"ps:report reader --deployed": "true", "ps:report other --deployed": "true"})
    assert [line for line in lines if line.startswith("ps:restart")] == ["ps:restart fruits", "ps:restart reader"]


def test_another_app_of_the_folder_restarts_too(server: Recorder) -> None:
    server.answers |= {
        **snapshots(server, ("b1", int(server.now) - DAY, SHARED, "shop")),
        "apps:exists shop": "",
        "ps:report shop --deployed": "true",
        restic(server, "--no-lock", "restore", "b1", write=[STAGED[SHARED]]): bringing(server, SHARED, "b1"),
    }
    lines = server.run(RESTORE)
    assert [line for line in lines if line.startswith("ps:restart")] == ["ps:restart fruits", "ps:restart shop"]
    assert photo(server, SHARED) == "b1"
    assert state(server, "swaps") is None
