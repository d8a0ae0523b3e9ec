"""The scheduled run: every folder into the repository; one that fails must not keep the others from it."""

from dataclasses import dataclass, replace

from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.files.repository.expire import expire, forget
from host.files.repository.fill import back_up
from host.files.repository.restic import Repository
from host.files.repository.snapshots import snapshots
from host.files.schedule import remove_schedule
from host.files.second import current, second_store
from host.files.settings import FilesSettings, Folder, find_settings, lock_name, read_settings, state_folder
from host.files.status import FolderStatus, read_status, write_status
from host.files.swap import finish_swaps
from host.values.json_values import to_json
from host.values.text import printable


@dataclass(frozen=True)
class RunFiles(Command, noun="files", verb="run", timed=("files",)):
    """Back up the files of apps now, and remove snapshots older than keep-days."""

    service: str
    stdin = NONE

    # Without `lock=`, which is taken here: a full disk must be told, not stop the backup.
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
            _copy(host, self.service, settings)
            if not why or opened.bucket.problem():
                forget_if_over(opened, settings)
            status = read_status(host, self.service)
        host.out.result(to_json(status))
        problems = [text for one in status.folders for text in (one.problem, one.copy_problem) if text]
        if problems:
            raise HostError(f"not all files were backed up: {'; '.join(problems)}. Try: ./petbase backup --files")


def _keep(host: Host, service: str, folder: Folder, found: FolderStatus | str) -> None:
    """Write down how it went with one folder, at once: a run that is cut off has done as much."""
    status = read_status(host, service)
    before = status.folder(folder.path) or FolderStatus(folder.path, folder.apps, int(host.now()))
    if isinstance(found, str):
        after = replace(before, apps=folder.apps, problem=found)
    else:
        after = replace(found, since=before.since, copied_at=before.copied_at, copy_problem=before.copy_problem)
    write_status(host, service, status.with_folder(after))


def _problem_of(opened: Repository, folder: Folder) -> FolderStatus | str:
    host = opened.host
    try:
        return back_up(opened, folder)
    except Exception as problem:  # noqa: BLE001 (whatever one app's files are like, the others' are backed up)
        text = printable(host.out.masked(str(problem)))
        host.step(f"{folder.path}: {text}")
        return text if folder.path in text else f"{folder.path}: {text}"


def _copy(host: Host, service: str, settings: FilesSettings) -> None:
    """The same folders into the second store, which must not keep them from the first, nor the other way round."""
    found = second_store(host, service)
    if found is None:
        return
    place, copy = found
    try:
        if why := place.bucket.refusal():
            raise HostError(f"{place.bucket.name} at {place.bucket.endpoint} does not open: {why}; look at its key")
        opened: Repository | str = current(place, copy.keep_days)
    except HostError as problem:
        opened = host.out.masked(str(problem))
    for folder in settings.folders:
        done = opened if isinstance(opened, str) else _problem_of(opened, folder)
        status = read_status(host, service)
        before = status.folder(folder.path) or FolderStatus(folder.path, folder.apps, int(host.now()))
        if isinstance(done, str):
            after = replace(before, copy_problem=f"second store: {done}")
        else:
            after = replace(before, copied_at=done.at, copy_problem="")
        write_status(host, service, status.with_folder(after))


def forget_app(host: Host, service: str, app: str) -> None:
    """Remove those of folders that only this app had, and none has now. Nothing to do where no files are backed up."""
    settings = find_settings(host, service)
    if settings is None:
        return
    declared = {one.path for one in settings.folders}
    with host.lock(lock_name(service)):
        opened = settings.open(host, service)
        if why := opened.bucket.problem() or opened.bucket.refusal():
            raise HostError(
                f"the snapshots of {app} cannot be removed ({why}); nothing was dropped. Look at: ./petbase doctor"
            )
        opened.end_container()
        forget(opened, [one for one in snapshots(opened) if one.apps == (app,) and one.folder not in declared])


def forget_if_over(repository: Repository, settings: FilesSettings) -> None:
    """The end of it: nothing is backed up, and no snapshot is left to expire, or nothing that could open them."""
    if settings.folders or (not repository.bucket.problem() and snapshots(repository)):
        return
    host, service = repository.host, repository.bucket.service
    host.step(f"{service}: no files are backed up, and no snapshot is left")
    remove_schedule(host, service)
    host.state.remove_all(state_folder(service))
