"""Snapshots: which there are of a folder, which one a restore takes and brings back, which have to go."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from host.files.repository.restic import Repository, ResticError

_DAY_SECONDS = 86_400
# Of nanoseconds Python reads the first six digits, and before 3.11 no Z.
_FRACTION = re.compile(r"(\.\d{1,6})\d*")


@dataclass(frozen=True)
class Snapshot:
    """One folder as it was. `at` is seconds of the epoch; `apps` are those that had it then."""

    id: str
    at: int
    folder: str
    apps: tuple[str, ...]


def snapshots(repository: Repository) -> list[Snapshot]:
    """Those that this stack has made, oldest first."""
    found = json.loads(repository.must("--json", "--no-lock", "snapshots", "--host", repository.host.stack) or "null")
    return sorted((_read(one) for one in found or []), key=lambda one: (one.at, one.id))


def whole_snapshots(repository: Repository) -> list[Snapshot]:
    """The same; none where a part of the repository is gone, as a store's own rule does to old ones."""
    try:
        return snapshots(repository)
    except ResticError as problem:
        repository.host.step(f"{repository.url} is left out: {problem}")
        return []


def newest(found: Sequence[Snapshot], folder: str, at: int | None = None) -> Snapshot | None:
    """The newest of a folder, or the newest of no later than `at`; None where there is none."""
    return next((one for one in reversed(found) if one.folder == folder and (at is None or one.at <= at)), None)


def overdue(found: Sequence[Snapshot], folders: Collection[str], now: float, keep_days: int) -> list[Snapshot]:
    """Those older than `keep_days`. The newest of a folder that an app still has stays, however old it is."""
    kept = {one.id for folder in folders if (one := newest(found, folder))}
    return [one for one in found if now - one.at > keep_days * _DAY_SECONDS and one.id not in kept]


def _read(one: Mapping[str, Any]) -> Snapshot:
    moment = datetime.fromisoformat(_FRACTION.sub(r"\1", one["time"]).replace("Z", "+00:00"))
    at = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return Snapshot(one["id"], int(at.timestamp()), one["paths"][0], tuple(sorted(one.get("tags") or ())))


def bytes_of(opened: Repository, one: Snapshot) -> int:
    """What a snapshot takes on the disk."""
    found = json.loads(opened.must("--json", "--no-lock", "stats", "--mode", "restore-size", one.id))
    return int(found["total_size"])


def bring(opened: Repository, one: Snapshot, to: str) -> None:
    """Write a snapshot below a new folder that is closed to all but root, and read it back. ResticError where a file
    cannot be written, or holds other bytes than the snapshot says.
    """
    opened.host.path(to).mkdir(mode=0o700, parents=True)
    opened.must("--no-lock", "restore", one.id, "--target", to, "--verify", write=[to])
