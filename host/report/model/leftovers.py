"""What a report says of half-made things and of data that nothing uses. Both ends use these types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from host.core.fact import Fact

HalfMadeKind = Literal["app", "service", "rename", "restart", "server", "upgrade"]


@dataclass(frozen=True)
class HalfMade:
    """Something that a run which was cut off left. `name` is of an app, a service, or a part of the server."""

    kind: HalfMadeKind
    name: str


@dataclass(frozen=True)
class PartialDump:
    """The beginning of a dump that was on its way for a restore. `changed` is in seconds of the epoch."""

    name: str
    changed: int


@dataclass(frozen=True)
class DumpCopy:
    """A dump inside the service's container, as /tmp/petbase_NAME. `changed` is in seconds of the epoch."""

    name: str
    bytes: int
    changed: int


@dataclass(frozen=True)
class SetAside:
    """A database or schema beside the live data. `of` is what it replaced; `dump` is what took its place.

    Where it did not replace live data (`before` is False), `dump` is what it was made of. `at` is UTC, as in
    2026-11-20 03:00:00.
    """

    kind: str
    name: str
    of: str
    before: bool
    dump: str
    at: str
    bytes: int


@dataclass(frozen=True)
class OldService:
    """A stopped service with the data of before an upgrade to another major version."""

    name: str
    version: str
    bytes: int


@dataclass(frozen=True)
class Leftovers:
    """All of it."""

    half_made: tuple[HalfMade, ...]
    partial_dumps: tuple[PartialDump, ...]
    dump_copies: Fact[tuple[DumpCopy, ...]]
    set_aside: Fact[tuple[SetAside, ...]]
    old_services: Fact[tuple[OldService, ...]]
