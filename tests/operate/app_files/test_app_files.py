"""Files of apps: what a person sees, odd files, hostile apps, stores that fail, data that goes.

That they come back at all: tests/operate/restore/test_restore_app.py.
"""

import json
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from host.files.run import RunFiles
from host.link.drop_data import DropData
from host.link.ensure import RemoveLink
from operate.stack import pulumi_cli
from sandbox import restic
from sandbox.store import account
from tests.support.hosts.app_files import PASSPHRASE, SHARED, UPLOADS, Files
from tests.support.hosts.estate import BUCKET, KEY, SECRET
from tests.support.operate import Petbase

pytestmark = pytest.mark.soak
RUN = RunFiles("db")
# Before a test gets its own cache folder.
RESTIC = restic.find()


def test_what_a_person_sees_of_it(petbase: Petbase, files: Files) -> None:
    assert petbase("backup", "--files").code == 0
    ran = petbase("drill", "--files")
    assert (ran.code, "restored without errors, 9 bytes in all" in ran.out) == (0, True), ran.err
    (files.path(UPLOADS) / "photo").write_text("another")
    ran = petbase("restore", "--app", "fruits", "--files", "--yes", "--json")
    (aside,) = (one["aside"] for one in json.loads(ran.out)["folders"])
    assert aside in [one["name"] for one in json.loads(petbase("kept", "--json").out)["folders"]]
    assert aside in petbase("kept").out
    assert petbase("drop-data", aside, "--yes", "--i-know", aside).code == 0
    assert not files.path(aside).exists()
    found = {one["about"]: one["level"] for one in json.loads(petbase("doctor", "--json").out)["findings"]}
    assert (found["files of fruits"], found["files of shop"], found["files drill"]) == ("well", "well", "well")
    assert "files" in {one["about"] for one in json.loads(petbase("status", "--json").out)["lines"]}


def test_the_recovery_sheet_brings_files_back_by_restic_alone(petbase: Petbase, files: Files, tmp_path: Path) -> None:
    """Followed as it is printed, on a machine that has nothing of ours; its key only reads."""
    files.send(RUN)
    petbase.secrets = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulumi_cli, "secret", lambda *_: PASSPHRASE)
        sheet = petbase("recovery-sheet", "--with-secrets").out
    part = sheet.partition("## Files of apps, by hand")[2]
    blocks = re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    assert RESTIC
    environment = {"PATH": f"{RESTIC.parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["sh", "-e"],
        input="\n".join(blocks),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    account.put_token(files.store.root, KEY, SECRET, BUCKET, write=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f"files{UPLOADS}/photo").read_text() == "apple"
    assert (tmp_path / f"files{SHARED}/photo").read_text() == "pear"


def test_odd_names_links_pipes_and_sockets_come_back_as_they_were(files: Files) -> None:
    folder = files.path(UPLOADS)
    (folder / "odd\n\x1b[31m name").write_text("odd")
    (folder / "link").symlink_to("/etc/shadow")
    (folder / "up").symlink_to("../../../../../etc")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as made, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        made.bind("socket")
    assert "\x1b" not in files.send(RUN)
    for one in folder.iterdir():
        one.unlink()
    files.restore("fruits")
    assert (folder / "odd\n\x1b[31m name").read_text() == "odd"
    assert (str((folder / "link").readlink()), str((folder / "up").readlink())) == ("/etc/shadow", "../../../../../etc")
    assert (folder / "pipe").is_fifo()


def test_a_folder_that_becomes_a_link_while_restic_walks_leads_to_nothing_of_the_server(files: Files) -> None:
    """restic is sent through the link by its path, as when a folder is replaced between two of its steps."""
    files.path("/root/secret").write_text("s3cret of the server")
    files.path(f"{UPLOADS}/inner").symlink_to("/root")
    done = files.restic("--json", "backup", f"{UPLOADS}/inner/secret", read=UPLOADS)
    assert done.returncode != 0
    assert "no such file or directory" in done.stderr + done.stdout or "do not exist" in done.stderr, done
    assert files.restic("--json", "backup", f"{UPLOADS}/photo", read=UPLOADS).returncode == 0


def test_a_damaged_object_is_found_by_five_drills_at_most(files: Files) -> None:
    files.path(f"{UPLOADS}/photo").write_bytes(os.urandom(50_000))
    files.send(RUN)
    for key in files.objects():
        if "/data/" in key:
            files.damage(key)
    assert any("the drill of files failed: " in files.drill() for _ in range(5))


def test_old_snapshots_go_with_what_only_they_needed(files: Files) -> None:
    """As seen by a clock that is 40 days ahead: the newest of a folder stays."""
    files.path(f"{UPLOADS}/photo").write_bytes(os.urandom(300_000))
    files.send(RUN)
    files.path(f"{UPLOADS}/photo").write_text("apple")
    files.send(files.ensure(keep_days=0), PASSPHRASE)
    status = files.path("/var/lib/petbase/services/db/files/status.json")
    status.write_text(json.dumps({**json.loads(status.read_text()), "expired_at": 0}))
    before = files.bytes()
    files.send(RUN)
    assert sum("/snapshots/" in key for key in files.objects()) == 2
    assert files.bytes() < before - 290_000
    files.restore("fruits")
    assert files.path(f"{UPLOADS}/photo").read_text() == "apple"


def test_the_data_of_an_app_that_went_takes_its_snapshots_along(files: Files) -> None:
    files.send(RUN)
    assert sum("/snapshots/" in key for key in files.objects()) == 2
    files.send(files.ensure(folder=(f"fruits={UPLOADS}",)), PASSPHRASE)
    files.send(RemoveLink("shop", service="db"))
    files.send(DropData("shop", service="db"))
    assert sum("/snapshots/" in key for key in files.objects()) == 1
