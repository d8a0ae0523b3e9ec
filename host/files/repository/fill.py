"""One folder into a repository: what is in it, whether it can be backed up, and how it went."""

import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from host.core.errors import HostError
from host.core.host import Host
from host.files.repository.append import run_until
from host.files.repository.restic import Repository, error_of, objects
from host.files.settings import Folder
from host.files.status import FolderStatus
from host.programs.runner import Answer
from host.values.text import size

_SUMMARY = '"message_type":"summary"'
"""restic prints it when the snapshot is there, also one without files that could not be read (exit code 3)."""
_GONE = "no such file or directory"
_DEEPEST = 500
"""Python's own limit for what removes a folder is at a thousand."""


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


@dataclass(frozen=True)
class Content:
    """`entries` are files, folders, links and all else. `bytes` is what the files claim to hold."""

    entries: int
    bytes: int


def look(host: Host, path: str) -> Content:
    """Count what is in a folder. HostError where it is not a folder, or claims to hold more than a disk has.

    An app may make a file of a terabyte that takes no room: restic would read zeros for hours, and it
    could not be restored.
    """
    folder = host.path(path)
    try:
        found = folder.lstat()
    except FileNotFoundError:
        raise HostError(f"{path} is not there; make it, or run pulumi up again") from None
    if not stat.S_ISDIR(found.st_mode):
        raise HostError(f"{path} is not a folder, and only folders are backed up; change the mount")
    content, disk = _counted(folder, path), os.statvfs(folder)
    if content.bytes > (size := disk.f_blocks * disk.f_frsize):
        raise HostError(
            f"{path} has files of {content.bytes} bytes in all, and its disk only {size}: some of them are sparse. "
            "Remove them, or keep them in a folder that is not backed up"
        )
    return content


def _counted(folder: Path, path: str) -> Content:
    """By open folders, never by a path that the app may turn into a link meanwhile. What goes is not counted."""
    entries = size = 0
    for at, folders, files, here in os.fwalk(folder):
        if at.count("/") - str(folder).count("/") > _DEEPEST:
            raise HostError(f"{path} has folders that are nested {_DEEPEST} deep, which is too much. Remove them")
        entries += len(folders) + len(files)
        for name in files:
            try:
                found = os.stat(name, dir_fd=here, follow_symlinks=False)
            except OSError:
                continue
            size += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return Content(entries, size)
