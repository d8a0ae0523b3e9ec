"""mount(2) and its relatives, for the few calls that building a host's root needs; errors are OSError with the path."""

import ctypes
import os
import re
import struct
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

# Numbers from <linux/mount.h>; mount_setattr (442 on every architecture) makes a whole tree read-only, which the old
# remount does for its top only: a separate /usr/local would stay writable.
_BIND, _REC, _NOSUID, _NODEV, _DETACH = 4096, 16384, 2, 4, 2
_PRIVATE, _NEWNS, _NEWUSER = 1 << 18, 0x00020000, 0x10000000
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _ATTR_RDONLY = 442, -100, 0x8000, 1


def _check(result: int, path: Path | str) -> None:
    if result:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), str(path))


def _mount(source: str, target: Path, kind: str | None, flags: int, options: str | None = None) -> None:
    encoded = [None if word is None else word.encode() for word in (kind, options)]
    _check(_libc.mount(source.encode(), bytes(target), encoded[0], ctypes.c_ulong(flags), encoded[1]), target)


def bind(source: Path, target: Path, *, writable: bool = False) -> None:
    """Show `source`, a file or a folder with all that is mounted below it, at `target`; made if it is not there."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    elif not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount(str(source), target, None, _BIND | _REC)
    if not writable:
        read_only(target)


def read_only(target: Path) -> None:
    """Make the mount at `target` and all below it read-only."""
    attributes = struct.pack("=QQQQ", _ATTR_RDONLY, 0, 0, 0)
    call = (_MOUNT_SETATTR, _AT_FDCWD, bytes(target), _AT_RECURSIVE, attributes, len(attributes))
    _check(_libc.syscall(*call), target)


def overlay(layers: list[Path], target: Path) -> None:
    """Show several folders as one, the first on top. Without an upper folder there is nothing to write to."""
    target.mkdir(parents=True, exist_ok=True)
    # A colon parts layers and a comma options, unless escaped.
    escaped = [re.sub(r"([:,\\])", r"\\\1", str(layer)) for layer in layers]
    _mount("overlay", target, "overlay", _NODEV, "lowerdir=" + ":".join(escaped))
    read_only(target)


def fresh(kind: str, target: Path, options: str | None = None) -> None:
    """A new tmpfs, proc or devpts."""
    target.mkdir(parents=True, exist_ok=True)
    _mount(kind, target, kind, _NOSUID if kind == "devpts" else _NOSUID | _NODEV, options)


def unshare() -> None:
    """A user and mount namespace of this process's own, as `unshare --user --map-root-user --mount` opens one."""
    user, group = os.geteuid(), os.getegid()
    _check(_libc.unshare(_NEWUSER | _NEWNS), "/proc/self/ns")
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        Path("/proc/self", name).write_text(text)
    _mount("none", Path("/"), None, _REC | _PRIVATE)


def become_root(root: Path) -> None:
    """Make `root` this process's / and let go of the old one, so that no path leads back."""
    os.chdir(root)
    _check(_libc.pivot_root(b".", b"."), root)
    _check(_libc.umount2(b".", _DETACH), "/")
    os.chdir("/")
