"""What is written on data that a restore sets aside: a comment that no app can write there, read by ./petbase kept."""

import hashlib
import json
import time
from dataclasses import dataclass

from host.core.host import Host

BEFORE, NEVER_LIVE = "before", "aside"
_NAME_BYTES = 36  # of the 63 that a name in PostgreSQL has
_DIGEST_DIGITS = 8


@dataclass(frozen=True)
class Note:
    """`dump` is what took its place, or, for what was NEVER_LIVE, what it was made of. `at` is UTC.

    `role` is whose schema it was; "" for a database.
    """

    dump: str
    at: str
    role: str = ""

    def aside_name(self, name: str) -> str:
        """What old data is called from now on."""
        return f"{_short(name)} before {self.at}"

    def text(self, of: str, kind: str = BEFORE, comment: str | None = None) -> str:
        """The comment on what had the place `of`, with the one that it had there."""
        more = {"role": self.role, "comment": comment}
        given = {key: value for key, value in more.items() if value}
        return json.dumps({"petbase": kind, "of": of, "dump": self.dump, "at": self.at, **given})


def _short(name: str) -> str:
    """A long name is cut and gets a part of its digest: an app may have two that begin alike."""
    if len(name.encode()) <= _NAME_BYTES:
        return name
    kept = name.encode()[: _NAME_BYTES - _DIGEST_DIGITS - 1].decode(errors="ignore")
    return f"{kept} {hashlib.sha256(name.encode()).hexdigest()[:_DIGEST_DIGITS]}"


def new_note(host: Host, dump: str, role: str = "") -> Note:
    """A note of this moment."""
    return Note(dump, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(host.now())), role)
