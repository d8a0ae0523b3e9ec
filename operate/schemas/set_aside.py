"""What stays until somebody drops it: databases and schemas that restores put aside, under dated names, and the
services of before an upgrade (components/dokku/scripts/aside.sh).
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from components.dokku import looking
from operate.core.errors import PetbaseError
from operate.server.ssh import Connection


@dataclass(frozen=True)
class Aside:
    """A database or schema beside the live data. `of` is whose place it had, `dump` what came there, or, where it was
    not live `before`, what it was made of; `size` is bytes.
    """

    kind: Literal["database", "schema"]
    name: str
    of: str
    before: bool
    dump: str
    since: datetime
    size: int


@dataclass(frozen=True)
class Old:
    """A stopped service with the data of before an upgrade; `size` is bytes."""

    name: str
    version: str
    size: int


@dataclass(frozen=True)
class Report:
    """The lines of one look."""

    lines: tuple[str, ...]

    def values(self, what: str) -> list[str]:
        """What stands behind `WHAT `, of every line that begins so."""
        return [line[len(what) + 1 :] for line in self.lines if line.startswith(f"{what} ")]


def fetch(connection: Connection, service: str) -> Report:
    """Ask the server. PetbaseError when the answer came cut off."""
    said = connection.run("sh", "-c", looking.aside(service))
    found = tuple(line.strip() for line in said.splitlines() if line.strip())
    if not found or found[-1] != "end":
        raise PetbaseError("The server's answer came cut off; try again.")
    return Report(found)


def aside(seen: Report) -> list[Aside]:
    """All that restores put aside, by name."""
    return [_read(**json.loads(line)) for line in seen.values("aside")]


def old(seen: Report) -> list[Old]:
    """All that upgrades left."""
    return [Old(name, version, int(kib) * 1024) for name, version, kib in map(str.split, seen.values("old"))]


def _read(kind: Literal["database", "schema"], name: str, note: str, size: int) -> Aside:
    told = json.loads(note)
    since = datetime.fromisoformat(told["at"]).replace(tzinfo=UTC)
    return Aside(kind, name, told["of"], told["petbase"] == "before", told["dump"], since, size)
