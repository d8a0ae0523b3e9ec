"""Backups into a store that refuses deletes: restic ends with its snapshot, and not with its lock."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.credentials import Credentials
from host.files.repository import append, fill
from host.files.repository.restic import Repository, ResticError
from host.files.settings import Folder
from host.programs.system_runner import SystemRunner

MADE = '{"message_type":"summary","total_bytes_processed":5,"snapshot_id":"aaaa1111bbbb"}'
LOST = '{"message_type":"error","error":{"Op":"open"},"item":"/srv/photo"}'


class Docker:
    """A stand-in for `docker run` and `docker rm`: a script in the place of restic, as a separate process."""

    def __init__(self, root: Path, script: str) -> None:
        self.script, self.running, self.removed = script, list[subprocess.Popen[str]](), 0
        self.host = Host("prod", root=root)
        self.host.runner = self  # type: ignore[assignment]

    def start(self, *_: object, **__: object) -> object:
        process = SystemRunner().start([sys.executable, "-c", self.script])
        self.running.append(process._process)  # type: ignore[attr-defined]
        return process

    def run(self, words: tuple[str, ...], **_: object) -> None:
        assert words[:3] == ("docker", "rm", "--force")
        self.removed += 1
        self.running[-1].kill()


def backs_up(tmp_path: Path, script: str) -> tuple[Docker, float]:
    docker = Docker(tmp_path, script)
    folder, passphrase = tmp_path / "srv", tmp_path / "passphrase"
    folder.mkdir()
    (folder / "photo").write_text("apple")
    passphrase.write_text("x")
    bucket = Bucket(docker.host, "db", "b", "", "https://second", Credentials("AKIA", "s3cr3t", "auto"))
    began = time.monotonic()
    told = fill.back_up(Repository(bucket, passphrase, "2026-11-03"), Folder("/srv", ("fruits",)))
    assert told.snapshot == "aaaa1111"
    return docker, time.monotonic() - began


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append, "_PATIENCE_SECONDS", 0.2)


def test_restic_that_tries_on_to_remove_its_lock_is_ended_when_the_snapshot_is_there(tmp_path: Path) -> None:
    script = f"import time; print('{{}}'); print('{MADE}', flush=True); time.sleep(90)"
    docker, seconds = backs_up(tmp_path, script)
    assert (docker.removed, seconds < 20) == (1, True)


def test_restic_that_ends_by_itself_is_not(tmp_path: Path) -> None:
    docker, _ = backs_up(tmp_path, f"print('{MADE}')")
    assert docker.removed == 0


def test_an_empty_line_is_not_taken_for_the_end(tmp_path: Path) -> None:
    script = f"import time; print(flush=True); time.sleep(1); print('{MADE}', flush=True)"
    docker, _ = backs_up(tmp_path, script)
    assert docker.removed == 0


def test_files_that_could_not_be_read_are_told_all_the_same(tmp_path: Path) -> None:
    script = f"import sys, time; print('{LOST}', file=sys.stderr); print('{MADE}', flush=True); time.sleep(90)"
    with pytest.raises(Exception, match="1 files could not be read, such as /srv/photo"):
        backs_up(tmp_path, script)


def test_without_a_snapshot_it_has_failed(tmp_path: Path) -> None:
    with pytest.raises(ResticError, match=r"^unable to save snapshot$"):
        backs_up(tmp_path, "import sys; sys.exit('Fatal: unable to save snapshot')")
