"""The figures of an import of files, beside boto3's own upload of the same files into the same store."""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.dumps import Row, against, timed
from bench.support.stage import seconds
from operate.imports.files import target
from operate.imports.files.copying import Copying
from operate.imports.files.folder import Folder
from operate.imports.files.plan import Plan, made
from operate.imports.files.target import Target
from operate.imports.files.unfinished import Unfinished
from operate.stack.app_outputs import AppBucket
from sandbox.store import Store, account

_MANY, _SMALL, _LARGE = 1_000, 20_000, 200_000_000  # files, and bytes
_AT_ONCE = 8
_SECRET = "1" * 64


def measured(_: bool) -> list[Row]:
    """Many photos, and a video."""
    with tempfile.TemporaryDirectory(prefix="pb-bench-") as folder, _store(Path(folder)) as store:
        photos, video = Path(folder) / "photos", Path(folder) / "video"
        _fill(photos, _MANY, _SMALL)
        _fill(video, 1, _LARGE)
        kinds = ((photos, f"{_MANY} files of {_SMALL // 1000} kB"), (video, f"1 file of {_LARGE // 1_000_000} MB"))
        return [row for path, name in kinds for row in _one(store, path, name)]


def _one(store: Store, path: Path, name: str) -> list[Row]:
    into = _bucket(store, path.name)
    bare = _bucket(store, f"{path.name}-bare")
    theirs = seconds(lambda: _bare(bare, path))
    _, ours = timed(lambda: _import(into, path))
    plan, again = timed(lambda: _plan(into, path))
    assert not plan.copies
    return [
        (f"{name}: an import, against boto3's upload_file by {_AT_ONCE} threads", against(ours, theirs)),
        (f"{name}: the same again, with nothing to copy", f"{again:.1f} s"),
    ]


def _plan(into: Target, path: Path) -> Plan:
    source = Folder(path)
    return made(source, into, source.find())


def _import(into: Target, path: Path) -> None:
    plan = _plan(into, path)
    course = Copying(Folder(path), into, Unfinished(path.parent / "unfinished.json"), lambda _: None)
    course.run(plan.copies)
    assert len(course.done) == len(plan.copies)


def _bare(into: Target, path: Path) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        files = [one for one in path.iterdir() if one.is_file()]
        list(pool.map(lambda one: into.client.upload_file(str(one), into.bucket.name, one.name), files))


def _fill(folder: Path, count: int, size: int) -> None:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.jpg").write_bytes(os.urandom(size))


def _bucket(store: Store, name: str) -> Target:
    account.create_bucket(store.root, name)
    account.put_token(store.root, f"{name}-key", _SECRET, name, write=True)
    return target.opened(AppBucket(name, store.endpoint, "auto", "r2", None, f"{name}-key", _SECRET), "")


@contextmanager
def _store(folder: Path) -> Iterator[Store]:
    store = Store(folder / "store")
    store.start()
    try:
        yield store
    finally:
        store.stop()
