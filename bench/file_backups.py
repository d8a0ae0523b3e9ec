"""The figures of backups of files: beside bare restic, on the same server, into the same repository, in one run."""

import os
import shutil
from pathlib import Path

from bench.dumps import Row, against
from bench.support.stage import Stage, seconds, stage
from sandbox import restic

_MANY, _BYTES = 1_000, 20_000
_STORAGE = "/var/lib/dokku/data/storage"
_HOST = "/usr/local/lib/petbase/sandbox/petbase-host files"
_KEYS = "cd /var/lib/dokku/services/postgres/db/backup && export AWS_ACCESS_KEY_ID=$(cat AWS_ACCESS_KEY_ID) \
AWS_SECRET_ACCESS_KEY=$(cat AWS_SECRET_ACCESS_KEY) AWS_DEFAULT_REGION=auto"


def measured(_: bool) -> list[Row]:
    """Two folders with as many photos; one is backed up by Petbase, the other by restic alone."""
    if restic.find() is None:
        return [(restic.MISSING, "-")]
    with stage() as here:
        engine = here.engine(["fruits"], storage=["ours:/app/files"], backup=True)
        engine.up()
        bare = _bare(engine.details()["backups"])
        ours, theirs = (here.machine.root / _STORAGE.lstrip("/") / name for name in ("ours", "theirs"))
        _fill(ours)
        _fill(theirs)
        return [_row(here, *one) for one in _steps(bare, ours, theirs)]


def _steps(bare: str, ours: Path, theirs: Path) -> list[tuple[str, str, str, Path | None]]:
    """Of each: what it is, by Petbase, by restic, and the folder that is lost before."""
    kept = f"{bare} backup --host bare {_STORAGE}/{theirs.name}"
    back = f"{bare} restore latest --host bare --target /tmp/bare --verify"
    return [
        ("backup of a new folder", f"{_HOST} run db", kept, None),
        ("backup again, nothing changed", f"{_HOST} run db", kept, None),
        ("restore of a folder that is gone", f"{_HOST} restore db fruits", back, ours),
    ]


def _row(here: Stage, what: str, ours: str, theirs: str, lost: Path | None) -> Row:
    if lost:
        shutil.rmtree(lost)
    name = f"{_MANY} files of {_BYTES // 1000} kB: {what}, against bare restic"
    return name, against(seconds(lambda: here.ssh(ours)), seconds(lambda: here.ssh(theirs)))


def _bare(backups: dict[str, str]) -> str:
    repository = f"s3:{backups['endpoint']}/{backups['bucket']}/files/db"
    return f"{_KEYS}; restic --repo {repository} --password-file /var/lib/petbase/services/db/files/passphrase"


def _fill(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(_MANY):
        (folder / f"{number}.jpg").write_bytes(os.urandom(_BYTES))
