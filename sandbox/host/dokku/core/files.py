"""Small habits with files: JSON that several processes change, and files written whole."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def text(path: Path) -> str:
    """What the file says, stripped; empty when there is none."""
    try:
        return path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def lines(path: Path) -> list[str]:
    """Its lines, none when there is no file."""
    return text(path).splitlines()


def write(path: Path, content: str, mode: int = 0o644) -> None:
    """Replace the file in one move, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(content)
    fresh.chmod(mode)
    fresh.rename(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One at a time, by a lock file next to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_json(path: Path) -> dict[str, Any]:
    """The object in the file, empty when there is none."""
    found = text(path)
    return dict(json.loads(found)) if found else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """The same for an object."""
    write(path, json.dumps(value, indent=2))


@contextmanager
def changed_json(path: Path) -> Iterator[dict[str, Any]]:
    """Read, change and write back under a lock."""
    with locked(path):
        value = read_json(path)
        yield value
        write(path, json.dumps(value, indent=2, sort_keys=True))
