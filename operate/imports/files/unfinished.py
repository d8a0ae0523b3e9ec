"""Uploads of large files that were interrupted, remembered on this machine, so that the next run continues them."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

from operate.dumps import dumps
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Upload:
    """One that was begun, and the fingerprint of the content that it is of."""

    id: str
    fingerprint: str


@dataclass(frozen=True)
class Unfinished:
    """The uploads of one bucket, by key."""

    file: Path
    known: dict[str, Upload] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begun(self, key: str, upload: Upload) -> None:
        """Remember it."""
        with self.lock:
            self.known[key] = upload
            self._write()

    def ended(self, key: str) -> None:
        """Nothing is left to continue."""
        with self.lock:
            if self.known.pop(key, None):
                self._write()

    def _write(self) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps({key: [one.id, one.fingerprint] for key, one in self.known.items()}))
        fresh.replace(self.file)


def remembered(stack: Stack, bucket: str) -> Unfinished:
    """What earlier runs left; nothing, if the file cannot be read."""
    file = dumps.cache(stack) / f"uploads-{bucket}.json"
    try:
        return Unfinished(file, {key: Upload(*values) for key, values in json.loads(file.read_text()).items()})
    except (OSError, ValueError):
        return Unfinished(file)
