"""`files run`: each folder into the repository, what cannot be, what goes."""

import json
import os
import subprocess

import pytest

from host.files.run import RunFiles
from host.programs.runner import Answer
from tests.host.files.scene import (
    DAY,
    LISTED,
    SHARED,
    STATE,
    UPLOADS,
    backs_up,
    folder_status,
    made,
    restic,
    set_up,
    snapshots,
    state,
    verbs,
)  # fmt: skip
from tests.host.recorder import Recorder

RUN = RunFiles("db")
AGAIN = "Try: ./petbase backup --files"


@pytest.fixture
def server(server: Recorder) -> Recorder:
    set_up(server)
    server.answers |= {**backs_up(server, uploads=made("aaaa1111ffff"), shared=made("bbbb2222")), **snapshots(server)}
    return server


def test_each_folder_has_its_own_snapshot_with_its_apps(server: Recorder) -> None:
    lines = server.run(RUN)
    assert lines[-3:] == [
        restic(server, "--json", "backup", "--host", "prod", "--tag", "fruits", "--tag", "shop", SHARED, read=[SHARED]),
        restic(server, "--json", "backup", "--host", "prod", "--tag", "fruits", UPLOADS, read=[UPLOADS]),
        restic(server, "--json", "--no-lock", "snapshots", "--host", "prod"),
    ]
    assert folder_status(server, UPLOADS) == {
        "path": UPLOADS, "apps": ["fruits"], "since": server.now, "at": server.now, "snapshot": "aaaa1111",
        "entries": 1, "bytes": 5, "problem": "", "copied_at": 0, "copy_problem": "",
    }  # fmt: skip


def test_an_empty_folder_makes_no_snapshot_so_the_last_one_stays_the_newest(server: Recorder) -> None:
    server.file(f"{UPLOADS}/photo").unlink()
    server.run(RUN)
    assert not [verb for verb in verbs(server) if UPLOADS in verb]
    told = folder_status(server, UPLOADS)
    assert (told["at"], told["snapshot"], told["problem"]) == (server.now, "", "")


def test_a_folder_that_fails_keeps_the_others_from_nothing_and_its_last_time(server: Recorder) -> None:
    server.run(RUN)
    before, server.now = int(server.now), server.now + DAY
    problem = server.fails(RUN, backs_up(server, shared=Answer(1, "", "Fatal: the bucket is full\n")))
    assert problem == f"not all files were backed up: {SHARED}: the bucket is full. {AGAIN}"
    shared, uploads = folder_status(server, SHARED), folder_status(server, UPLOADS)
    assert (shared["at"], shared["snapshot"]) == (before, "bbbb2222")
    assert uploads["at"] == server.now


@pytest.mark.parametrize("kind", ["gone", "a link", "a file"])
def test_what_is_no_folder_is_told_and_not_followed(server: Recorder, kind: str) -> None:
    folder = server.file(UPLOADS)
    (folder / "photo").unlink()
    folder.rmdir()
    if kind == "a link":
        folder.symlink_to("/etc")
    elif kind == "a file":
        folder.write_text("x")
    what = "is not a folder, and only folders are backed up; change the mount"
    what = "is not there; make it, or run pulumi up again" if kind == "gone" else what
    assert server.fails(RUN) == f"not all files were backed up: {UPLOADS} {what}. {AGAIN}"
    assert not [verb for verb in verbs(server) if UPLOADS in verb]


def test_files_that_claim_more_than_the_disk_has_are_told_and_not_read(server: Recorder) -> None:
    with server.file(f"{UPLOADS}/huge").open("wb") as file:
        file.truncate(1 << 43)
    assert f"{UPLOADS} has files of {(1 << 43) + 5} bytes in all, and its disk only " in server.fails(RUN)
    assert not [verb for verb in verbs(server) if verb.endswith(UPLOADS)]


def test_folders_that_are_nested_without_end_keep_the_others_from_nothing(server: Recorder) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(server.file(UPLOADS))
        for _ in range(1500):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
    why = f"{UPLOADS} has folders that are nested 500 deep, which is too much. Remove them"
    assert server.fails(RUN) == f"not all files were backed up: {why}. {AGAIN}"
    assert (folder_status(server, SHARED)["snapshot"], folder_status(server, SHARED)["problem"]) == ("bbbb2222", "")
    subprocess.run(["rm", "--recursive", server.file(UPLOADS)], check=True)


def _errors(*errors: tuple[str, str]) -> Answer:
    lines = [{"message_type": "error", "error": {"message": why}, "item": item} for why, item in errors]
    return Answer(3, made("cccc3333"), "\n".join(json.dumps(line) for line in lines))


def test_a_file_that_goes_while_it_is_read_is_no_problem(server: Recorder) -> None:
    server.run(RUN, backs_up(server, uploads=_errors(("lstat /x: no such file or directory", "/x"))))
    assert folder_status(server, UPLOADS)["snapshot"] == "cccc3333"


def test_a_file_that_cannot_be_read_is_told_by_its_name_with_nothing_that_a_terminal_obeys(server: Recorder) -> None:
    answer = _errors(("read: input/output error", f"{UPLOADS}/odd\n\x1b[31mname"))
    assert server.fails(RUN, backs_up(server, uploads=answer)) == (
        f"not all files were backed up: 1 files could not be read, such as {UPLOADS}/odd??[31mname; a snapshot of the "
        f"rest was made; look at the disk. {AGAIN}"
    )


def test_what_does_not_end_in_time_is_ended_and_told(server: Recorder) -> None:
    answer = Answer(124, "", "signal interrupt received, cleaning up\n")
    assert "it did not end in time; signal interrupt received" in server.fails(RUN, backs_up(server, uploads=answer))


def test_without_a_passphrase_docker_makes_no_folder_in_its_place(server: Recorder) -> None:
    server.file(f"{STATE}/passphrase").unlink()
    assert "this server has no passphrase for the files' repository. Run: pulumi up" in server.fails(RUN)
    assert verbs(server) == []


def test_a_bucket_that_does_not_open_is_told_once_for_each_folder_and_restic_is_not_asked(server: Recorder) -> None:
    denied = {f"{LISTED} s3api": Answer(1, "", "Access Denied\n")}
    assert server.fails(RUN, denied) == f"not all files were backed up: Access Denied; Access Denied. {AGAIN}"
    assert verbs(server) == []
    assert folder_status(server, UPLOADS)["problem"] == "Access Denied"


def test_old_snapshots_go_once_a_day_but_the_newest_of_a_declared_folder(server: Recorder) -> None:
    old = int(server.now) - 36 * DAY
    rows = (
        ("a1", old - 9, UPLOADS, "fruits"),
        ("a2", old, UPLOADS, "fruits"),
        ("b1", old, SHARED, "shop"),
        ("b2", int(server.now), SHARED, "shop"),
        ("c1", old, "/srv/gone", "gone"),
        ("c2", int(server.now) - 34 * DAY, "/srv/gone", "gone"),
    )
    server.run(RUN, snapshots(server, *rows))
    assert verbs(server)[-3:] == ["unlock", "forget a1 b1 c1", "prune"]
    server.run(RUN, snapshots(server, *rows))
    assert "prune" not in verbs(server)


def test_nothing_goes_while_a_drill_has_found_damage(server: Recorder) -> None:
    server.put(f"{STATE}/drill-failed.json", '{"text": "pack 1234 is damaged"}')
    server.run(RUN, snapshots(server, ("a1", 1, "/srv/gone", "gone")))
    assert len(verbs(server)) == 2


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        ("unable to create lock in backend: repository is already locked by PID 7", ""),
        ("the bucket refuses", "old snapshots could not be removed: the bucket refuses"),
    ],
)
def test_what_cannot_go_is_told_unless_a_cut_run_has_locked_it(server: Recorder, says: str, problem: str) -> None:
    refused = {restic(server, "prune"): Answer(1, "", f"{says}\n")}
    server.run(RUN, snapshots(server, ("a1", 1, "/srv/gone", "gone")), refused)
    told = state(server, "status") or {}
    assert (told["expiry_problem"], told["expired_at"]) == (problem, 0)


def test_no_word_holds_a_secret(server: Recorder) -> None:
    server.fails(RUN, backs_up(server, uploads=Answer(1, "", "Fatal: the key s3cr3t is wrong\n")))
    for text in (server.printed, json.dumps(state(server, "status")), *server.runner.lines):
        assert "s3cr3t" not in text
