"""One folder into a repository."""

from __future__ import annotations

from dataclasses import replace

from host.core.errors import HostError
from host.files.folder import look
from host.files.repository.append import run_until
from host.files.repository.restic import Repository, error_of, objects
from host.files.settings import Folder
from host.files.status import FolderStatus
from host.programs.runner import Answer
from host.values.text import size

_SUMMARY = '"message_type":"summary"'
"""restic prints it when the snapshot is there, also one without files that could not be read (exit code 3)."""
_GONE = "no such file or directory"


def back_up(opened: Repository, folder: Folder) -> FolderStatus:
    """Back up; how it went, as of now.

    An empty folder makes no snapshot: after an accident, or on a new server, the newest one is what was there.
    """
    host, now = opened.host, int(opened.host.now())
    content = look(host, folder.path)
    known = FolderStatus(folder.path, folder.apps, now, now, "", content.entries, content.bytes)
    if not content.entries:
        host.step(f"{folder.path}: empty; its last snapshot stays the newest")
        return known
    tags = [word for app in folder.apps for word in ("--tag", app)]
    words = ("--json", "backup", "--host", host.stack, *tags, folder.path)
    if opened.generation:
        answer = run_until(opened, _SUMMARY, *words, folder=folder.path)
    else:
        answer = opened.run(*words, read=[folder.path])
    lost = _lost(answer)
    summary = next((one for one in reversed(objects(answer.stdout)) if one.get("message_type") == "summary"), None)
    if summary is None:
        raise error_of(answer)
    if lost:
        raise HostError(
            f"{len(lost)} files could not be read, such as {lost[0]}; a snapshot of the rest was made; look at the disk"
        )
    snapshot, count = str(summary["snapshot_id"])[:8], int(summary["total_bytes_processed"])
    host.step(f"{folder.path}: {size(count)} in snapshot {snapshot}")
    return replace(known, snapshot=snapshot, bytes=count)


def _lost(answer: Answer) -> list[str]:
    """What could not be read, but for what went away while restic looked."""
    if answer.ok:
        return []
    errors = [one for one in objects(answer.stderr) if one.get("message_type") == "error"]
    return [str(one.get("item", "?")) for one in errors if _GONE not in str(one.get("error"))]
