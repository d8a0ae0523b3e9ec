"""The scheduled run: every folder into the repository; one that fails must not keep the others from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.last_run import run_of
from host.files.folder import look
from host.files.remove import forget_if_over
from host.files.repository.expire import expire
from host.files.repository.restic import Repository, error_of, objects
from host.files.settings import Folder, lock_name, read_settings
from host.files.status import FolderStatus, read_status, write_status
from host.files.swap import finish_swaps
from host.programs.runner import Answer
from host.values.json_values import to_json
from host.values.text import printable, size

_INCOMPLETE = 3
"""restic: a snapshot was made, without files that could not be read."""
_GONE = "no such file or directory"


@dataclass(frozen=True)
class RunFiles(Command, noun="files", verb="run"):
    """Back up the files of apps now, and remove snapshots older than keep-days."""

    service: str
    stdin = NONE

    @property
    def wait_for(self) -> str:
        """Each run of its kind."""
        return run_of(self.service, "files")

    # `resource` is "" and the lock is taken here: a full disk must be told, not stop the backup.
    def run(self, host: Host) -> None:
        """HostError with what went wrong; the check tells of it."""
        settings = read_settings(host, self.service)
        with host.lock(lock_name(self.service)):
            finish_swaps(host, self.service)
            opened = settings.open(host, self.service)
            opened.end_container()
            why = opened.bucket.problem() or opened.bucket.refusal()
            for folder in settings.folders:
                _keep(host, self.service, folder, why or _problem_of(opened, folder))
            if not why:
                expire(opened, settings)
            forget_if_over(opened, settings)
            status = read_status(host, self.service)
        host.out.result(to_json(status))
        problems = [one.problem for one in status.folders if one.problem] + [why] * (not status.folders)
        if any(problems):
            raise HostError(
                f"not all files were backed up: {'; '.join(filter(None, problems))}. Try: ./petbase backup --files"
            )


def _keep(host: Host, service: str, folder: Folder, found: FolderStatus | str) -> None:
    """Write down how it went with one folder, at once: a run that is cut off has done as much."""
    status = read_status(host, service)
    before = status.folder(folder.path) or FolderStatus(folder.path, folder.apps, int(host.now()))
    if isinstance(found, str):
        after = replace(before, apps=folder.apps, problem=found)
    else:
        after = replace(found, since=before.since)
    write_status(host, service, status.with_folder(after))


def _problem_of(opened: Repository, folder: Folder) -> FolderStatus | str:
    host = opened.host
    try:
        return _backed_up(opened, folder)
    except (HostError, OSError) as problem:
        text = printable(host.out.masked(str(problem)))
        host.step(f"{folder.path}: {text}")
        return text if folder.path in text else f"{folder.path}: {text}"


def _backed_up(opened: Repository, folder: Folder) -> FolderStatus:
    """An empty folder makes no snapshot: after an accident, or on a new server, the newest one is what was there."""
    host, now = opened.host, int(opened.host.now())
    content = look(host, folder.path)
    known = FolderStatus(folder.path, folder.apps, now, now, "", content.entries, content.bytes)
    if not content.entries:
        host.step(f"{folder.path}: empty; its last snapshot stays the newest")
        return known
    tags = [word for app in folder.apps for word in ("--tag", app)]
    words = ("--json", "backup", "--host", host.stack, *tags, folder.path)
    answer = opened.run(*words, read=[folder.path])
    lost = _lost(answer)
    summary = next((one for one in reversed(objects(answer.stdout)) if one.get("message_type") == "summary"), None)
    if answer.code not in (0, _INCOMPLETE) or summary is None:
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
    if answer.code != _INCOMPLETE:
        return []
    errors = [one for one in objects(answer.stderr) if one.get("message_type") == "error"]
    return [str(one.get("item", "?")) for one in errors if _GONE not in str(one.get("error"))]
