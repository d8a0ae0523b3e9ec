"""Files that are either the old ones or the new ones, never half of one."""

import os
from pathlib import Path

_ANY_BYTES = "surrogateescape"


def read(path: Path) -> str:
    """The file's text; "" where there is no file. Bytes that are not UTF-8 are written back unchanged."""
    try:
        return path.read_text(errors=_ANY_BYTES)
    except FileNotFoundError:
        return ""


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write beside the file and rename over it. Folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # No app, service or stack can have a + in its name, so this is never somebody's file.
    beside = path.with_name(f"{path.name}+")
    beside.unlink(missing_ok=True)
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", errors=_ANY_BYTES) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(mode)
    beside.rename(path)


def write_if_changed(path: Path, text: str, mode: int = 0o644) -> bool:
    """Write unless text and mode are as wanted; whether anything was written."""
    try:
        if path.read_text(errors=_ANY_BYTES) == text and path.stat().st_mode & 0o7777 == mode:
            return False
    except FileNotFoundError:
        pass
    write(path, text, mode)
    return True
