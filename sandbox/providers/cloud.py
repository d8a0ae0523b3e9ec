"""What the pretend accounts hold: one JSON file per provider under .sandbox/cloud, surviving restarts of everything.

The engine creates resources in parallel and a plugin may be killed at any moment, so a change is one locked
read-modify-rename: no reader ever sees a half-written file, and a failed change leaves the file as it was.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # it imports all of Pulumi's SDK, and every verb of ./petbase on the sandbox this
    from .values import State

FIRST_ID = 4711001
"""Hetzner's ids are large integers; starting high keeps them from being mistaken for list indexes."""


class Cloud:
    """One provider's account. `things` are the resources by token and id."""

    def __init__(self, root: Path, provider: str) -> None:
        self.folder = root / "cloud"
        self.file = self.folder / f"{provider}.json"

    def look(self) -> dict[str, Any]:
        """The account as it is now: {"next_id": N, "things": {token: {id: state}}}."""
        if not self.file.exists():
            return {"next_id": FIRST_ID, "things": {}}
        content: dict[str, Any] = json.loads(self.file.read_text())
        return content

    @contextmanager
    def change(self) -> Iterator[dict[str, Any]]:
        """The account, held alone; written back when the block ends without an error."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            content = self.look()
            yield content
            write_private(self.file, json.dumps(content, indent=1, sort_keys=True))

    def next_id(self) -> str:
        """An integer id that was never given out before, as text."""
        with self.change() as content:
            content["next_id"] += 1
            return str(content["next_id"] - 1)

    def all(self, token: str) -> dict[str, State]:
        """Every resource of one kind, by id."""
        found: dict[str, State] = self.look()["things"].get(token, {})
        return found

    def put(self, token: str, key: str, state: State) -> None:
        """Add or replace one resource."""
        with self.change() as content:
            content["things"].setdefault(token, {})[key] = state

    def drop(self, token: str, key: str) -> State | None:
        """Remove one resource; None where there was none."""
        with self.change() as content:
            gone: State | None = content["things"].get(token, {}).pop(key, None)
            return gone


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    spare = path.with_name(f".{path.name}.{os.getpid()}")
    spare.unlink(missing_ok=True)
    with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    spare.rename(path)
