"""Whether a folder is as a snapshot has it: a restore that was cut off and is run again puts nothing aside twice."""

import os
import stat
from pathlib import Path

_CHUNK_BYTES = 1 << 20
_FACTS = ("st_mode", "st_uid", "st_gid", "st_rdev")


def same(live: Path, restored: Path) -> bool:
    """By names, kinds, owners, rights, times and bytes. What cannot be read, or changes meanwhile, is different."""
    try:
        return _alike(live, restored) and all(
            _same_names(live / Path(at).relative_to(restored), Path(at), {*folders, *files})
            for at, folders, files in os.walk(restored)
        )
    except (OSError, RecursionError):
        return False


def _same_names(live: Path, restored: Path, names: set[str]) -> bool:
    return {one.name for one in live.iterdir()} == names and all(_alike(live / one, restored / one) for one in names)


def _alike(one: Path, other: Path) -> bool:
    ours, theirs = one.lstat(), other.lstat()
    if any(getattr(ours, fact) != getattr(theirs, fact) for fact in _FACTS):
        return False
    if stat.S_ISLNK(ours.st_mode):
        return one.readlink() == other.readlink()
    if not stat.S_ISREG(ours.st_mode):
        return True
    return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns) and _same_bytes(one, other)


def _same_bytes(one: Path, other: Path) -> bool:
    with open(one, "rb", opener=_safely) as ours, open(other, "rb", opener=_safely) as theirs:
        while chunk := ours.read(_CHUNK_BYTES):
            if chunk != theirs.read(_CHUNK_BYTES):
                return False
        return not theirs.read(1)


def _safely(path: str, flags: int) -> int:
    """The app may put a link or a pipe in the place of a file meanwhile."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
