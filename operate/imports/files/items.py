"""What every source of files is: a list of them, and each one's content, a part at a time."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

_MIB, _MOST_PARTS = 1 << 20, 10_000
_PART = 16 * _MIB
MOST_KEY_BYTES = 1024


class ChangedError(Exception):
    """The source is another one than when it was looked at."""


@dataclass(frozen=True)
class File:
    """A file of the source, by the key that it gets. `modified` is seconds since 1970; `etag` what its store says."""

    key: str
    size: int
    modified: float
    etag: str = ""

    @property
    def part_size(self) -> int:
        """Bytes of each part but the last: R2 wants them alike, and the same file has the same ones each time."""
        smallest = -(-self.size // _MOST_PARTS)
        return max(_PART, -(-smallest // _MIB) * _MIB)

    @property
    def parts(self) -> int:
        """How many; one for an empty file too."""
        return max(1, -(-self.size // self.part_size))


@dataclass(frozen=True)
class LeftOut:
    """A file that does not come, and why."""

    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


@dataclass(frozen=True)
class Found:
    """What a source holds."""

    files: Sequence[File]
    left_out: Sequence[LeftOut]


class Opened(Protocol):
    """A file that is being read."""

    @property
    def headers(self) -> Mapping[str, Any]:
        """Arguments of boto3's put_object: the content's type, and metadata."""

    def part(self, number: int) -> bytes:
        """One part, counted from 1. ChangedError where the file is another one by now."""

    def require_unchanged(self) -> None:
        """ChangedError where the file is another one by now."""


class Source(Protocol):
    """Where files come from. `title` names it to people, `option` on a command line."""

    @property
    def title(self) -> str: ...

    @property
    def option(self) -> str: ...

    def find(self) -> Found:
        """Everything that is there."""

    def fingerprint(self, file: File) -> str:
        """What a store that makes ETags of MD5 says of a copy in our parts; of an object, its own ETag."""

    def open(self, file: File) -> AbstractContextManager[Opened]:
        """ChangedError where the file is another one than in the list."""


def problem_of_key(key: str) -> str:
    """Why a store cannot hold a file of this name; "" where it can."""
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    return f"its name is longer than {MOST_KEY_BYTES} bytes" if length > MOST_KEY_BYTES else ""
