"""No app's files are backed up any more. What is in the bucket stays until it is as old as it may become."""

from __future__ import annotations

from dataclasses import dataclass, replace

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import claim
from host.files.repository.expire import forget
from host.files.repository.restic import Repository
from host.files.repository.snapshots import snapshots
from host.files.schedule import remove_schedule
from host.files.settings import FilesSettings, find_settings, lock_name, state_folder, write_settings
from host.files.status import FilesStatus, write_status


@dataclass(frozen=True)
class RemoveFiles(Command, noun="files", verb="remove", lock=lock_name("{service}")):
    """Back up no files any more. Snapshots stay until keep-days are over, which the schedule goes on to look after."""

    service: str

    def run(self, host: Host) -> None:
        """Nothing to do where nothing was backed up."""
        claim(host, f"services/{self.service}")
        settings = find_settings(host, self.service)
        if settings is None:
            return
        write_settings(host, self.service, replace(settings, folders=()))
        write_status(host, self.service, FilesStatus())
        host.step(f"{self.service}: no files are backed up; snapshots stay for {settings.keep_days} days")


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
