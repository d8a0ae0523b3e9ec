"""The end of backups of files. What is in the bucket stays until it is as old as it may become."""

from dataclasses import dataclass, replace

from host.core.command import Command
from host.core.host import Host
from host.core.ownership import claim
from host.dumps.bucket import Bucket, BucketError
from host.files.repository.restic import Repository
from host.files.schedule import crontab, remove_schedule
from host.files.settings import FilesSettings, find_settings, lock_name, passphrase_file, state_folder, write_settings
from host.files.status import FilesStatus, read_status, write_status


@dataclass(frozen=True)
class RemoveFiles(Command, noun="files", verb="remove", lock=lock_name("{service}")):
    """Back up no files any more. Snapshots stay until keep-days are over, which the schedule goes on to look after."""

    service: str

    def run(self, host: Host) -> None:
        """Nothing to do where nothing was backed up."""
        claim(host, f"services/{self.service}")
        if settings := find_settings(host, self.service):
            _end(host, self.service, settings)


def forget_without_keys(host: Host, service: str) -> None:
    """Once the server has no keys of the bucket, no run could look after the snapshots. The caller holds the lock."""
    remove_schedule(host, service)
    host.state.remove_all(state_folder(service))


def take_back(host: Host, bucket: Bucket) -> None:
    """What a `files ensure` left that was cut off, and taken back in the stack file: Pulumi never knew of the first one
    and removes nothing. The caller holds the lock. Nothing to do where there is nothing of the kind.
    """
    service = bucket.service
    settings, folder = find_settings(host, service), state_folder(service)
    if settings and (not settings.folders or crontab(host, service).exists() or _has_run(host, service)):
        _end(host, service, settings)
    elif host.state.names(folder) and _is_unmade(host, Repository(bucket, passphrase_file(host, service))):
        host.state.remove_all(folder)
        host.step(f"{service}: a first run of `files ensure` that was cut off is taken back")


def _end(host: Host, service: str, settings: FilesSettings) -> None:
    if settings.folders:
        write_settings(host, service, replace(settings, folders=()))
        write_status(host, service, FilesStatus(()))
        host.step(f"{service}: no files are backed up; snapshots stay for {settings.keep_days} days")


def _has_run(host: Host, service: str) -> bool:
    """Whether there is a snapshot, also while a pause has taken the schedule away."""
    return any(one.at for one in read_status(host, service).folders)


def _is_unmade(host: Host, repository: Repository) -> bool:
    """Delete the few objects of a repository that was being made: it holds no snapshot. False where that is refused."""
    made = host.state.path(f"{state_folder(repository.bucket.service)}/new")
    names = [str(file.relative_to(made)) for file in made.rglob("*") if file.is_file()]
    try:
        for name in names:
            repository.bucket.delete(f"{repository.under}{name}")
    except BucketError:
        return False
    return True
