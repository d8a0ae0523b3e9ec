"""How the backups of a service's files went, for the check and for ./petbase doctor."""

from dataclasses import dataclass, replace

from host.core.host import Host
from host.files.schedule import crontab
from host.files.settings import find_settings, state_folder


@dataclass(frozen=True)
class FolderStatus:
    """`since` is when the folder was declared, `at` when it last went into the repository, 0 for never; seconds of the
    epoch. `snapshot` is "" for a folder that was empty then. `problem` is why the last try failed, "" for it did not.
    `copied_at` and `copy_problem` say the same of the second store.
    """

    path: str
    apps: tuple[str, ...]
    since: int
    at: int = 0
    snapshot: str = ""
    entries: int = 0
    bytes: int = 0
    problem: str = ""
    copied_at: int = 0
    copy_problem: str = ""


@dataclass(frozen=True)
class FilesStatus:
    """`expired_at` is when old snapshots last went, 0 for never; `expiry_problem` why they could not, or ""."""

    folders: tuple[FolderStatus, ...]
    expired_at: int = 0
    expiry_problem: str = ""

    def folder(self, path: str) -> FolderStatus | None:
        """What is known of one folder; None where it is not declared."""
        return next((one for one in self.folders if one.path == path), None)

    def with_folder(self, status: FolderStatus) -> "FilesStatus":
        """The same with another status of one folder."""
        others = [one for one in self.folders if one.path != status.path]
        return replace(self, folders=tuple(sorted((*others, status), key=lambda one: one.path)))


def read_status(host: Host, service: str) -> FilesStatus:
    """What is known; nothing where nothing ran yet."""
    return host.state.load(FilesStatus, f"{state_folder(service)}/status") or FilesStatus(())


def write_status(host: Host, service: str, status: FilesStatus) -> None:
    """Write it down."""
    host.state.save(f"{state_folder(service)}/status", status)


@dataclass(frozen=True)
class FilesReport:
    """For ./petbase doctor and status. `drilled_at` is when the last good drill ended, in seconds of the epoch, 0 for
    never; `drill_failure` why the last one failed, "" for it did not. `scheduled`: cron has it.
    """

    folders: tuple[FolderStatus, ...]
    scheduled: bool
    drilled_at: int
    drill_failure: str


def report_files(host: Host, service: str) -> FilesReport | None:
    """Without asking the store; None where no files are backed up."""
    settings = find_settings(host, service)
    if settings is None or not settings.folders:
        return None
    drilled = (host.state.read(f"{state_folder(service)}/drilled") or {}).get("at", 0)
    failure = (host.state.read(f"{state_folder(service)}/drill-failed") or {}).get("text", "")
    return FilesReport(read_status(host, service).folders, crontab(host, service).exists(), int(drilled), str(failure))
