"""`./petbase import --files FOLDER`: what comes, what is left out by name, and that it can be repeated."""

import io
import json
import os
import re
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from operate.imports.files.folder import content_type
from sandbox.store import faults
from tests.operate.imports.files.conftest import OWN, Agreeing, Buckets, older
from tests.support.hosts.sandbox_host import wait_for
from tests.support.operate import Petbase

ALL = {"note": b"", "photos/apple.jpg": b"an apple", "photos/fig.webp": b"a fig"}


def test_a_folder_comes_and_the_second_time_there_is_nothing_to_do(
    petbase: Petbase, buckets: Buckets, uploads: Path
) -> None:
    ran = petbase("import", "fruits", "--files", str(uploads), "--yes")
    assert (ran.code, ran.out) == (0, f"{OWN} holds {uploads}: 3 files, 13 bytes copied.\n"), ran.err
    assert ran.err.splitlines() == [
        f"looking at {uploads}",
        f"source     {uploads}, 3 files, 13 bytes",
        f"into       fruits on test: bucket {OWN}",
        "holds      0 files, 0 bytes",
        "to copy    3 files, 13 bytes",
        "R2         then holds 13 bytes with dumps and other apps' files, less than 0.1 % of the 10 GB a month that "
        "are free",
        "To catch up with the source before you switch, run the same command again.",
    ]
    assert buckets.held() == ALL
    assert buckets.headers("photos/fig.webp") == {"content-type": "image/webp"}
    assert buckets.headers("note") == {"content-type": "application/octet-stream"}
    again = petbase("import", "fruits", "--files", str(uploads))
    assert (again.code, again.out) == (0, f"{OWN} holds all of {uploads} already.\n"), again.err
    assert "there      3 files, 13 bytes, the same already" in again.err.splitlines()


def test_nothing_is_written_before_a_person_agrees(
    petbase: Petbase, buckets: Buckets, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for typed, says in (
        ("", "Cancelled: there was no answer. Nothing was changed. In a script: --yes"),
        ("yes\n", 'Cancelled: you typed "yes", not "fruits". Nothing was changed.'),
    ):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        ran = petbase("import", "fruits", "--files", str(uploads))
        asked, _, answer = ran.err.partition("Type fruits to copy 3 files into its bucket: ")
        assert (ran.code, answer.strip()) == (2, f"petbase: {says}"), asked
    looked = petbase("import", "fruits", "--files", str(uploads), "--look", "--json")
    found = json.loads(looked.out)
    assert (found["app"], found["files"]["to_copy"], found["files"]["bytes"]) == ("fruits", 3, 13)
    assert buckets.held() == {}


def test_what_cannot_come_is_named(petbase: Petbase, buckets: Buckets, uploads: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("a secret of somebody else")
    (uploads / "away").symlink_to(tmp_path / "elsewhere")
    (uploads / "gone").symlink_to("nothing")
    (uploads / "round").symlink_to("round")
    (uploads / "again").symlink_to("photos")
    (uploads / "inside").symlink_to("photos/apple.jpg")
    os.mkfifo(uploads / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(uploads / "s"))
    (uploads / os.fsdecode(b"\xff.jpg")).write_text("x")
    ran = petbase("import", "fruits", "--files", str(uploads), "--yes", "--json")
    assert ran.code == 0, ran.err
    assert {one["name"]: one["why"] for one in json.loads(ran.out)["files"]["left_out"]} == {
        "away": "a link to outside of the folder",
        "gone": "a link to nothing",
        "round": "a link to nothing",
        "again": "a link to a folder, whose files come by their own names",
        "fifo": "a pipe",
        "s": "a socket",
        "\udcff.jpg": "its name is not UTF-8",
    }
    assert buckets.held() == {**ALL, "inside": b"an apple"}
    assert "left out   \\udcff.jpg: its name is not UTF-8" in ran.err.splitlines()


def test_a_key_that_is_too_long_with_its_folder_is_left_out(petbase: Petbase, buckets: Buckets, uploads: Path) -> None:
    ran = petbase("import", "fruits", "--files", str(uploads), "--files-to", "x/" * 507, "--yes")
    assert ran.code == 0
    assert "left out   photos/apple.jpg: its name is longer than 1024 bytes" in ran.err.splitlines()
    assert list(buckets.held()) == ["x/" * 507 + "note"]


def test_a_file_that_differs_is_replaced_and_nothing_is_deleted(
    petbase: Petbase, buckets: Buckets, uploads: Path
) -> None:
    buckets.put(OWN, "in/photos/apple.jpg", b"AN APPLE")
    buckets.put(OWN, "in/mine.jpg", b"the app's own")
    older(uploads / "photos/apple.jpg")
    words = ["import", "fruits", "--files", str(uploads), "--files-to", "in", "--yes"]
    kept = petbase(*words, "--keep-newer")
    assert "stays      photos/apple.jpg: newer in the bucket" in kept.err.splitlines()
    assert buckets.held()["in/photos/apple.jpg"] == b"AN APPLE"
    ran = petbase(*words)
    assert (
        "replaces   photos/apple.jpg, which differs; newer in the bucket: --keep-newer leaves it"
        in ran.err.splitlines()
    )
    assert "to copy    1 file, 8 bytes" in ran.err.splitlines()
    assert buckets.held() == {f"in/{name}": content for name, content in ALL.items()} | {
        "in/mine.jpg": b"the app's own"
    }


def test_a_file_that_changes_or_goes_meanwhile_is_named_and_comes_with_the_next_run(
    petbase: Petbase, buckets: Buckets, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> None:
        (uploads / "photos/apple.jpg").write_bytes(b"another apple")
        (uploads / "note").unlink()

    monkeypatch.setattr(sys, "stdin", Agreeing(meanwhile))
    ran = petbase("import", "fruits", "--files", str(uploads))
    why = "changed or removed in the source while it was copied"
    assert ran.code == 1
    assert "petbase: 2 files did not come. Run the same command again.\n" in ran.err
    assert {f"  note: {why}", f"  photos/apple.jpg: {why}"} < set(ran.err.splitlines())
    assert buckets.held() == {"photos/fig.webp": b"a fig"}
    assert petbase("import", "fruits", "--files", str(uploads), "--yes").code == 0
    assert buckets.held() == {"photos/fig.webp": b"a fig", "photos/apple.jpg": b"another apple"}


def test_what_the_app_writes_meanwhile_stays(
    petbase: Petbase, buckets: Buckets, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets.put(OWN, "note", b"old")

    def meanwhile() -> None:
        buckets.put(OWN, "note", b"new")
        buckets.put(OWN, "photos/fig.webp", b"the app's")

    monkeypatch.setattr(sys, "stdin", Agreeing(meanwhile))
    ran = petbase("import", "fruits", "--files", str(uploads))
    assert ran.code == 1
    assert "  note: the app wrote it meanwhile, and it stays as it is there" in ran.err.splitlines()
    assert buckets.held() == {"note": b"new", "photos/apple.jpg": b"an apple", "photos/fig.webp": b"the app's"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.JPG", "image/jpeg"),
        ("a.heic", "image/heic"),
        ("a.woff2", "font/woff2"),
        ("a.tar.gz", "application/gzip"),
        ("a.html", "text/html"),
        ("a", "application/octet-stream"),
    ],
)
def test_a_content_has_its_type(name: str, kind: str) -> None:
    assert content_type(name) == kind


def test_control_c_says_how_far_it_came_and_the_next_run_brings_the_rest(
    petbase: Petbase, buckets: Buckets, tmp_path: Path
) -> None:
    (tmp_path / "many").mkdir()
    for number in range(30):
        (tmp_path / f"many/{number}").write_text(str(number))
    words = ["import", "fruits", "--files", str(tmp_path / "many"), "--yes"]
    faults.order(buckets.store.root, times=0, slow=0.2, method="PUT")

    def interrupt() -> None:
        wait_for(lambda: bool(buckets.held()))
        os.kill(os.getpid(), signal.SIGINT)

    person = threading.Thread(target=interrupt)
    person.start()
    ran = petbase(*words)
    person.join()
    faults.clear(buckets.store.root)
    assert ran.code == 1
    assert re.search(
        r"petbase: It was interrupted here\. Copied: \d+ of 30 files\. To go on, run the same command again\.\n$",
        ran.err,
    )
    assert 0 < len(buckets.held()) < 30
    assert petbase(*words).code == 0
    assert buckets.held() == {str(number): str(number).encode() for number in range(30)}
