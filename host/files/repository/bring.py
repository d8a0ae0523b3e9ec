"""A snapshot into a folder that nobody uses; a drill and a restore do the same."""

from __future__ import annotations

import json

from host.core.host import Host
from host.files.repository.restic import Repository
from host.files.repository.snapshots import Snapshot


def bytes_of(opened: Repository, one: Snapshot) -> int:
    """What a snapshot takes on the disk."""
    found = json.loads(opened.must("--json", "--no-lock", "stats", "--mode", "restore-size", one.id))
    return int(found["total_size"])


def bring(opened: Repository, one: Snapshot, to: str) -> None:
    """Write a snapshot below a new folder that is closed to all but root, and read it back. ResticError where a file
    cannot be written, or holds other bytes than the snapshot says.
    """
    _folder(opened.host, to)
    opened.must("--no-lock", "restore", one.id, "--target", to, "--verify", write=[to])


def _folder(host: Host, to: str) -> None:
    host.path(to).mkdir(mode=0o700, parents=True)
