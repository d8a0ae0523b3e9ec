"""The drill of the files: a part of the repository is read and checked, and every folder is restored for practice."""

import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass

from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.state import FOLDER
from host.dumps.container_file import free_bytes
from host.files.repository.fill import look
from host.files.repository.restic import Repository, ResticError
from host.files.repository.snapshots import Snapshot, bring, bytes_of, newest, snapshots
from host.files.second import all_of_them, second_store
from host.files.settings import Folder, lock_name, read_settings, state_folder
from host.values.text import printable, size
from host.watch import alarm

_PARTS = 5
"""Drills by which every byte of the repository was read; each restores the newest snapshots besides."""
_MORE_BYTES = 256 << 20


@dataclass(frozen=True)
class FilesDrill:
    """A drill that ended well at `at`, in seconds of the epoch. `part` of _PARTS was read; `folders` were restored."""

    at: int
    part: int
    folders: tuple[str, ...]
    bytes: int


@dataclass(frozen=True)
class DrillFiles(Command, noun="files", verb="drill", timed=("drill", "files")):
    """Check the files' repository with a fifth of its data, and restore the newest snapshots for practice."""

    service: str
    stdin = NONE

    # Without `lock=`, which is taken here: a full disk must be told, not stop the drill.
    def run(self, host: Host) -> None:
        """HostError, for cron's log, with the reason; the check tells of it too."""
        settings = read_settings(host, self.service)
        with host.lock(lock_name(self.service)):
            scratch = f"{FOLDER}/{state_folder(self.service)}/drill"
            opened = settings.open(host, self.service)
            try:
                opened.end_container()
                shutil.rmtree(host.path(scratch), ignore_errors=True)
                done = _rehearsed(opened, settings.folders, scratch)
            except (HostError, OSError) as problem:
                raise _failed(host, self.service, problem) from None
            finally:
                shutil.rmtree(host.path(scratch), ignore_errors=True)
        host.state.write(f"{state_folder(self.service)}/drilled", **asdict(done))
        host.state.remove(f"{state_folder(self.service)}/drill-failed")
        host.step(
            f"folders that restore well: {len(done.folders)}, {size(done.bytes)}; part {done.part} of {_PARTS} was read"
        )
        host.out.result(asdict(done))


def _rehearsed(opened: Repository, folders: tuple[Folder, ...], scratch: str) -> FilesDrill:
    host, service = opened.host, opened.bucket.service
    if problem := opened.bucket.problem() or opened.bucket.refusal():
        raise HostError(f"the bucket does not open: {problem}")
    last = (host.state.read(f"{state_folder(service)}/drilled") or {}).get("part", 0)
    part = last % _PARTS + 1 if isinstance(last, int) else 1
    host.step(f"checking the repository, with part {part} of {_PARTS} of its data")
    opened.must("unlock")
    opened.must("check", "--read-data-subset", f"{part}/{_PARTS}")
    _check_second(opened, part)
    found = snapshots(opened)
    chosen = [one for folder in folders if (one := newest(found, folder.path))]
    restored = sum(_restored(opened, one, scratch) for one in chosen)
    return FilesDrill(int(host.now()), part, tuple(one.folder for one in chosen), restored)


def _check_second(opened: Repository, part: int) -> None:
    """Without a lock, which a key that cannot delete would leave behind. A new one has nothing to check yet."""
    host, found = opened.host, second_store(opened.host, opened.bucket.service)
    if found is None:
        return
    repository = next(all_of_them(found[0]), None)
    if repository is None or not repository.bucket.sizes(f"{repository.under}snapshots/"):
        return
    host.step("checking the second store's repository")
    try:
        repository.must("--no-lock", "check", "--read-data-subset", f"{part}/{_PARTS}")
    except ResticError as problem:
        raise HostError(f"in the second store: {problem}. Try: ./petbase drill --files") from None


def _restored(opened: Repository, one: Snapshot, scratch: str) -> int:
    host, needed = opened.host, bytes_of(opened, one)
    if (free := free_bytes(host, "/var/lib/dokku")) <= needed + _MORE_BYTES:
        raise HostError(
            f"{one.folder} needs {size(needed)} for a throw-away copy, and the disk has {size(free)} free. Look at: df "
            "--human-readable"
        )
    host.step(f"{one.folder}: restoring {size(needed)} for practice")
    bring(opened, one, scratch)
    if not look(host, f"{scratch}{one.folder}").entries:
        raise HostError(f"the snapshot {one.id[:8]} of {one.folder} came back empty. Try: ./petbase backup --files")
    shutil.rmtree(host.path(scratch))
    return needed


def _failed(host: Host, service: str, problem: Exception) -> HostError:
    text = f"the drill of files failed: {printable(host.out.masked(str(problem)))}"
    with suppress(OSError):
        host.state.write(f"{state_folder(service)}/drill-failed", text=text)
    alarm.tell(host, service, f"{service}: {text}\n", failing=True)
    return HostError(text)
