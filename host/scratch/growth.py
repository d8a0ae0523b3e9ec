"""A load that tells how much of it is there: several tables come at once, so no place in the dump would tell."""

import os
from collections.abc import Iterator
from pathlib import Path

from host.core.host import Host
from host.core.progress import progress_of
from host.dumps.container_file import ContainerFile
from host.loading.verdict import LoadError
from host.scratch.database import RESTORED, create_like_live, oid_of
from host.scratch.load import WHOLE, Loaded, Scope, load

_BLOCK_BYTES = 512  # of which st_blocks is a count, whatever the file system


def load_with_progress(host: Host, file: ContainerFile, scope: Scope = WHOLE) -> Loaded:
    """Load a dump into a new database that no app may open. LoadError where nothing of it came."""
    service = file.service
    host.step(f"{service}: restoring the dump into a separate database")
    create_like_live(host, service, RESTORED)
    data = host.path(f"/var/lib/dokku/services/postgres/{service}/data")
    folder = _folder(data, oid_of(host, service, RESTORED))
    with progress_of(host, lambda: _bytes(folder)):
        loaded = load(host, service, file, RESTORED, scope)
    if loaded.verdicts and not any(verdict.ok for verdict in loaded.verdicts):
        raise LoadError("; ".join(verdict.sentence() for verdict in loaded.failures))
    for verdict in loaded.failures:
        host.step(f"{service}: {verdict.sentence()}")
    return loaded


def _folder(data: Path, oid: str) -> Path:
    """The folder of a database, wherever the image keeps its data."""
    found = [Path(path) for path, _, _ in os.walk(data) if Path(path).match(f"base/{oid}")]
    return found[0] if found else data / "none"


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_blocks * _BLOCK_BYTES for file in _files(folder))


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        yield from found
