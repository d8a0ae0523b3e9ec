"""Are the files of apps in their repository, young, and restorable; are the verified dumps in the second store too?"""

from contextlib import suppress

from host.check.findings import Findings, duration
from host.copy.settings import find_settings as find_copy
from host.copy.settings import folder as copy_folder
from host.copy.settings import read_status as read_copy_status
from host.dumps.bucket import BucketError
from host.files.repository.restic import Repository
from host.files.settings import find_settings, state_folder
from host.files.status import FolderStatus, read_status
from host.watch.limits import COPY_IS_SILENT_SECONDS, drill_limit

_AGAIN = "Try: ./petbase backup --files"
_DAY = 86_400


def look_at_files(found: Findings) -> None:
    """Nothing to look at where no files are backed up."""
    host, service = found.host, found.service
    settings = find_settings(host, service)
    if not found.settings.files or settings is None or not settings.folders:
        return
    status = read_status(host, service)
    folders = tuple(status.folder(one.path) or FolderStatus(one.path, one.apps, since=0) for one in settings.folders)
    for folder in folders:
        _look_at_folder(found, folder)
    if status.expiry_problem:
        found.problem("old files", status.expiry_problem)
    _look_at_drill(found, min(one.since for one in folders))
    # A bucket that does not open is told by the look at the dumps.
    with suppress(BucketError):
        _look_into_bucket(found, settings.open(host, service), folders)


def _look_at_folder(found: Findings, folder: FolderStatus) -> None:
    late = found.seconds_late(max(folder.at, folder.since))
    about = f"files {folder.path}"
    whose = f"the files of {' and '.join(folder.apps)}"
    if folder.problem:
        found.problem(about, f"{whose} were not backed up: {folder.problem}. {_AGAIN}")
    elif late > found.settings.max_age:
        text = f"{whose}, {folder.path}, were not backed up for {duration(late)}; due by {found.settings.schedule} UTC"
        found.problem(about, f"{text}. {_AGAIN}")
    copied_late = found.seconds_late(max(folder.copied_at, folder.since))
    if folder.copy_problem:
        found.problem(f"{about} copy", f"{whose} are not in the {folder.copy_problem}. {_AGAIN}")
    elif find_copy(found.host, found.service) and copied_late > found.settings.max_age:
        text = f"{whose}, {folder.path}, did not go to the second store for {duration(copied_late)}"
        found.problem(f"{about} copy", f"{text}. {_AGAIN}")


def _look_at_drill(found: Findings, since: int) -> None:
    place = state_folder(found.service)
    if failure := found.host.state.read(f"{place}/drill-failed"):
        found.problem("files drill", f"{failure.get('text')}. Try: ./petbase drill --files")
    at = (found.host.state.read(f"{place}/drilled") or {}).get("at", 0)
    late, limit = found.seconds_late(max(at, since)), drill_limit(found.settings.drill)
    if limit and late > limit:
        text = f"no drill of files has ended well for {late // _DAY} days. Try: ./petbase drill --files"
        found.problem("files drill late", text)


def _look_into_bucket(found: Findings, repository: Repository, folders: tuple[FolderStatus, ...]) -> None:
    """Whether the newest snapshots are still there: the server's key can delete them."""
    there = [name.rpartition("/")[2] for name in repository.bucket.sizes(f"{repository.under}snapshots/")]
    for folder in folders:
        if folder.snapshot and not any(name.startswith(folder.snapshot) for name in there):
            text = f"the newest snapshot of {folder.path}, {folder.snapshot}, is gone from the bucket. {_AGAIN}"
            found.problem(f"files gone {folder.path}", text)


def look_at_copy(found: Findings) -> None:
    """The last copy failed, or none has run for too long. That no dump was verified for long is the drills' to tell."""
    if not found.settings.copies or find_copy(found.host, found.service) is None:
        return  # what a run left that was cut off, and whose second store was taken back
    status = read_copy_status(found.host, found.service)
    since = (found.host.state.read(f"{copy_folder(found.service)}/since") or {}).get("at", 0)
    silence = found.seconds_late(max(status.at if status else 0, since))
    if silence > COPY_IS_SILENT_SECONDS:
        found.problem(
            "second store", f"verified dumps were not copied there for {duration(silence)}. Try: ./petbase copy"
        )
    elif status and status.problem:
        text = f"verified dumps do not all reach the second store: {status.problem}. Try: ./petbase copy"
        found.problem("second store", text)
