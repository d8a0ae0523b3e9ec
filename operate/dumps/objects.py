"""What lies in a bucket, as the store lists it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Dump:
    """An object of the bucket. `made` is the UTC time in its name, for other names when it came; never later than when
    the store took it, as by a clock that ran ahead. `size` is bytes.

    `counts` is False for one that is taken only where it is named: it was made before a restore, of data that may have
    been damaged (`safety/`), or another stack made it.
    """

    key: str
    size: int
    made: datetime
    etag: str
    counts: bool = True

    @property
    def name(self) -> str:
        """The key without its path."""
        return self.key.rpartition("/")[2]


@dataclass(frozen=True)
class Object:
    """Anything in the bucket. `modified` is when the store took it, from which its rules count; `size` is bytes."""

    key: str
    size: int
    modified: datetime
    etag: str
