"""What a report says of half-made things and of data that nothing uses. Both ends use these types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from host.core.fact import Fact
from host.dokku.containers import Purpose
from host.restore.facts import OldService, SetAside

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
class Leftovers:
    """All of it."""

    half_made: tuple[HalfMade, ...]
    partial_dumps: tuple[PartialDump, ...]
    dump_copies: Fact[tuple[DumpCopy, ...]]
    set_aside: Fact[tuple[SetAside, ...]]
    old_services: Fact[tuple[OldService, ...]]
    containers: tuple[Purpose, ...] = ()
    """What containers to throw away are there for."""
