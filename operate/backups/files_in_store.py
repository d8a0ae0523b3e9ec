"""What a store holds of the files of apps, as seen from here: restic's objects, without opening them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operate.core import terminal
from operate.dumps.s3 import StoreError
from operate.dumps.store import Store
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class FilesInStore:
    """`newest` is when the last snapshot arrived, None where there is none."""

    snapshots: int
    bytes: int
    newest: datetime | None

    def json(self) -> dict[str, Any]:
        """For scripts."""
        newest = self.newest and self.newest.isoformat()
        return {"snapshots": self.snapshots, "bytes": self.bytes, "newest": newest}

    def words(self, now: datetime, stack: str) -> str:
        """For people."""
        if self.newest is None:
            return f"no snapshot of files yet. Make one: ./petbase backup --stack {stack} --files"
        count = terminal.counted(self.snapshots, "snapshot")
        return f"{count}, {terminal.size(self.bytes)}; the newest is {terminal.age(self.newest, now)} old"


def look(stack: Stack) -> FilesInStore | None:
    """None where the stack backs up no files, or the store does not open, which the list of dumps tells."""
    if not stack.backs_up_files:
        return None
    try:
        with Store(stack) as store:
            found = store.objects(f"{store.spec.prefix}files/{stack.service}/")
    except StoreError:
        return None
    arrived = [one.modified for one in found if "/snapshots/" in one.key]
    return FilesInStore(len(arrived), sum(one.size for one in found), max(arrived, default=None))
