"""How the backups of a service's files went, for the check and for ./petbase doctor."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from host.core.host import Host
from host.files.settings import state_folder
from host.values.json_values import JsonError, from_json, to_json


@dataclass(frozen=True)
class FolderStatus:
    """`since` is when the folder was declared, `at` when it last went into the repository, 0 for never; seconds of the
    epoch. `snapshot` is "" for a folder that was empty then. `problem` is why the last try failed, "" for it did not.
    """

    path: str
    apps: tuple[str, ...]
    since: int
    at: int = 0
    snapshot: str = ""
    entries: int = 0
    bytes: int = 0
    problem: str = ""


@dataclass(frozen=True)
class FilesStatus:
    """`expired_at` is when old snapshots last went, 0 for never; `expiry_problem` why they could not, or ""."""

    folders: tuple[FolderStatus, ...] = ()
    expired_at: int = 0
    expiry_problem: str = ""

    def folder(self, path: str) -> FolderStatus | None:
        """What is known of one folder; None where it is not declared."""
        return next((one for one in self.folders if one.path == path), None)

    def with_folder(self, status: FolderStatus) -> FilesStatus:
        """The same with another status of one folder."""
        others = [one for one in self.folders if one.path != status.path]
        return replace(self, folders=tuple(sorted((*others, status), key=lambda one: one.path)))


def read_status(host: Host, service: str) -> FilesStatus:
    """What is known; nothing where nothing ran yet."""
    try:
        return from_json(FilesStatus, host.state.read(f"{state_folder(service)}/status"), "status")
    except JsonError:
        return FilesStatus()


def write_status(host: Host, service: str, status: FilesStatus) -> None:
    """Write it down."""
    host.state.write(f"{state_folder(service)}/status", **to_json(asdict(status)))
