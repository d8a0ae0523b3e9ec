"""Old snapshots go, and what only they needed. restic deletes for this, so no lock of the bucket holds its folder."""

from collections.abc import Sequence
from dataclasses import replace

from host.files.repository.restic import LOCKED, Repository, ResticError
from host.files.repository.snapshots import Snapshot, overdue, snapshots
from host.files.settings import FilesSettings, state_folder
from host.files.status import read_status, write_status

_PAUSE_SECONDS = 20 * 3_600
"""Once a day is enough, however often files are backed up."""
_AT_ONCE = 200
"""Snapshots in one call, whose words are limited."""


def expire(repository: Repository, settings: FilesSettings) -> None:
    """Remove snapshots older than keep-days. Nothing goes while a drill has found the repository damaged."""
    host, service = repository.host, repository.bucket.service
    status = read_status(host, service)
    now = int(host.now())
    damaged = host.state.exists(f"{state_folder(service)}/drill-failed")
    if damaged or now - status.expired_at < _PAUSE_SECONDS:
        return
    try:
        forget(
            repository, overdue(snapshots(repository), [one.path for one in settings.folders], now, settings.keep_days)
        )
    except ResticError as problem:
        # A run that was cut off leaves restic's own lock for half an hour.
        why = "" if problem.cause == LOCKED else f"old snapshots could not be removed: {problem}"
        write_status(host, service, replace(read_status(host, service), expiry_problem=why))
        return
    write_status(host, service, replace(read_status(host, service), expired_at=now, expiry_problem=""))


def forget(repository: Repository, gone: Sequence[Snapshot]) -> None:
    """Remove these snapshots, then what nothing needs any more. HostError where that is refused."""
    if not gone:
        return
    repository.host.step(f"{len(gone)} snapshots of files go")
    repository.must("unlock")
    for first in range(0, len(gone), _AT_ONCE):
        repository.must("forget", *(one.id for one in gone[first : first + _AT_ONCE]))
    repository.must("prune")
