"""What the commands of a restore find and did, as both ends read it (host.values.json_values)."""

from dataclasses import dataclass, field

from host.core.errors import HostError
from host.files.swap import Aside
from host.loading.verdict import Verdict

REFUSED = "refused"
"""The cause of a RefusedError, by which the other end knows it."""


class RefusedError(HostError):
    """Before anything was begun: another dump, or more room, would do."""

    def __init__(self, message: str, tail: str = "") -> None:
        super().__init__(message, tail, REFUSED)


@dataclass(frozen=True)
class LiveTable:
    """A table of the live database. `rows` is an estimate."""

    schema: str
    name: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class DumpContents:
    """What is in a dump that is on the server, beside what is live. `server` is the PostgreSQL that it is of.

    `owners` has the role of each schema of the dump that has one there, `live_owners` of each live schema; `free` is
    bytes of the disk. `publications` has those of each live schema's tables.
    """

    server: str
    schemas: tuple[str, ...]
    owners: dict[str, str]
    live_owners: dict[str, str]
    live_tables: tuple[LiveTable, ...]
    free: int
    publications: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class SetAside:
    """A database or schema beside the live data. `of` is whose place it had; `dump` what took its place or, where it
    was not `was_live`, what it was made of. `since` is UTC; `bytes` its size.

    `parts` are all names that go back together: the schemas that a restore took away from one app, of the role `role`.
    """

    kind: str
    name: str
    of: str
    was_live: bool
    dump: str
    since: str
    bytes: int
    parts: tuple[str, ...] = ()
    role: str = ""


@dataclass(frozen=True)
class OldService:
    """A stopped service with the data from before an upgrade. `held_back` says whose data is nowhere else."""

    name: str
    version: str
    bytes: int
    held_back: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class SetAsideList:
    """What restores set aside, folders of files among it, and what upgrades left."""

    set_aside: tuple[SetAside, ...]
    old_services: tuple[OldService, ...]
    folders: tuple[Aside, ...] = ()
