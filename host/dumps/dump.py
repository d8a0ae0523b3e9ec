"""A dump in the bucket, by its name there."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone

VERIFIED, SAFETY = "verified/", "safety/"
"""Folders below the prefix: of copies that a drill restored, and of dumps that are made before a restore. What
those hold may be damaged, so they never count as the newest. No rule of Petbase's expires verified/, so the
newest good dump survives keep-days of dumps that fail.
"""

_NAME = r"postgres-{service}-(\d{{4}}-\d\d-\d\d-\d\d-\d\d-\d\d)\.tgz(\.gpg)?"


@dataclass(frozen=True)
class Dump:
    """A dump in the bucket. `name` is its key without the bucket's prefix.

    `at` is the time in its name (UTC), but never later than when the store took it: made while the server's clock ran
    ahead, a dump would be the newest for as long, and missing ones after it would go unnoticed.
    """

    name: str
    bytes: int
    etag: str
    at: datetime

    @property
    def encrypted(self) -> bool:
        """Whether a passphrase is needed to open it."""
        return self.name.endswith(".gpg")


def made_at(service: str, name: str) -> datetime | None:
    """The time in the name of a dump of the service (its key without the path); None for any other name."""
    match = re.fullmatch(_NAME.format(service=re.escape(service)), name)
    try:
        return datetime.strptime(match[1], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=timezone.utc) if match else None
    except ValueError:
        return None


def parse(service: str, name: str, size: int, etag: str, modified: str) -> Dump | None:
    """The service's dump of that key; None for another object. `modified` is the store's own time for it."""
    made = made_at(service, name)
    return Dump(name, size, etag.strip('"'), min(made, _moment(modified))) if made else None


def _moment(text: str) -> datetime:
    # Python 3.10 does not read the Z.
    found = datetime.fromisoformat(text.replace("Z", "+00:00")).replace(microsecond=0)
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
