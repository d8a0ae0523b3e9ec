"""Files of an app come back: beside the live ones, checked, then in their place. What was live stays."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import KW_ONLY, asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from host.app.restart import owe_restart, restart_if_owed
from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.dokku.apps import app_exists
from host.dumps.container_file import free_bytes
from host.files.repository.restic import Repository
from host.files.repository.snapshots import Snapshot, bring, bytes_of, newest, snapshots, whole_snapshots
from host.files.second import all_of_them, second_store
from host.files.settings import FilesSettings, Folder, lock_name, read_settings
from host.files.swap import Swap, finish_swaps, is_live, swap
from host.settings.storage import apps_with
from host.values.text import size

_Found = tuple[Repository, Snapshot]
_MORE_BYTES = 64 << 20
"""What others write meanwhile."""


@dataclass(frozen=True)
class Restored:
    """A folder that came back. `at` is of when, in seconds of the epoch; `aside` where the live one is now, "" for
    nowhere.
    """

    path: str
    snapshot: str
    at: int
    bytes: int
    aside: str


@dataclass(frozen=True)
class RestoreFiles(
    Command, noun="files", verb="restore", lock=lock_name("{service}"), timed=("restore", "files", "{app}")
):
    """Bring the files of an app back from their newest snapshot, or from the newest of no later than --at."""

    service: str
    app: str
    _: KW_ONLY
    at: int = 0
    """Seconds of the epoch; 0 for the newest."""
    copy: bool = False
    """From the second store, also when the first one is gone."""
    stdin = NONE

    def run(self, host: Host) -> None:
        """Nothing live is touched before all of it is there. Apps restart: a container keeps the folder that it has."""
        finish_swaps(host, self.service)
        settings = read_settings(host, self.service)
        folders = settings.of_app(self.app)
        chosen = self._chosen(folders, self._opened(host, settings))
        bytes_ = {one.id: bytes_of(opened, one) for opened, one in chosen.values()}
        for folder, (_, one) in chosen.items():
            _require_place(host, folder.path, bytes_[one.id])
        staged = [_staged(opened, one) for opened, one in chosen.values()]
        swaps = [one for one in staged if not is_live(host, one)]
        mounting = {*apps_with(host, [one.path for one in chosen]), *(app for one in chosen for app in one.apps)}
        apps = sorted(app for app in mounting if app_exists(host, app))
        for app in apps if swaps else ():
            owe_restart(host, app)
        for ready in swaps:
            swap(host, self.service, ready)
        for app in apps:
            restart_if_owed(host, app, "files")
        done = zip(chosen.values(), staged, strict=True)
        host.out.result([asdict(_restored(host, one, at, bytes_[one.id])) for (_, one), at in done])

    def _opened(self, host: Host, settings: FilesSettings) -> list[Repository]:
        """The repositories to look into, in this order. HostError where the store does not open."""
        found = second_store(host, self.service) if self.copy else (settings.open(host, self.service), None)
        if found is None:
            raise HostError("there is no second store on this server. Set backups.copy in the stack file")
        place, _ = found
        if problem := place.bucket.problem() or place.bucket.refusal():
            raise HostError(f"the store at {place.bucket.endpoint} does not open: {problem}; look at its key")
        place.end_container()
        return list(all_of_them(place)) if self.copy else [place]

    def _chosen(self, folders: Sequence[Folder], opened: Sequence[Repository]) -> dict[Folder, _Found]:
        """A folder that was always empty has no snapshot, and stays as it is."""
        chosen: dict[Folder, _Found] = {}
        for repository in opened:
            left = [one for one in folders if one not in chosen]
            found = (whole_snapshots if self.copy else snapshots)(repository) if left else []
            chosen |= {one: (repository, kept) for one in left if (kept := newest(found, one.path, self.at or None))}
        if not chosen:
            when = f" of {_moment(self.at)} or before" if self.at else ""
            raise HostError(
                f"there is no snapshot{when} of {', '.join(one.path for one in folders)}; nothing was changed. When "
                "they were last backed up: ./petbase doctor"
            )
        return chosen


def _require_place(host: Host, path: str, needed: int) -> None:
    """HostError where the folder cannot be swapped, or the disk has no room for it twice."""
    folder = host.path(path)
    if folder.is_symlink() or os.path.ismount(folder):
        what = "a link" if folder.is_symlink() else "a separate disk"
        raise HostError(
            f"{path} is {what}, and only a plain folder can be swapped; nothing was changed. By hand: docs/restore.md"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    free = free_bytes(host, str(Path(path).parent))
    if free <= needed + _MORE_BYTES:
        raise HostError(
            f"the disk of {path} has {size(free)} free, and the files need {size(needed + _MORE_BYTES)}; nothing was "
            "changed. Look at: df --human-readable"
        )


def _staged(opened: Repository, one: Snapshot) -> Swap:
    host, folder = opened.host, Path(one.folder)
    staging = folder.parent / f".petbase-restore.{folder.name}"
    shutil.rmtree(host.path(str(staging)), ignore_errors=True)
    host.step(f"{one.folder}: as of {_moment(one.at)}, into a folder beside it")
    bring(opened, one, str(staging))
    aside = f"{one.folder}.before-{datetime.fromtimestamp(host.now(), timezone.utc):%Y-%m-%d-%H-%M-%S}"
    return Swap(one.folder, f"{staging}{one.folder}", str(staging), aside)


def _restored(host: Host, one: Snapshot, done: Swap, count: int) -> Restored:
    return Restored(one.folder, one.id, one.at, count, done.aside if host.path(done.aside).exists() else "")


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%d %H:%M:%S} UTC"
