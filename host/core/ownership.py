"""Who made a thing on the server. What was there before Petbase, or is another stack's, is never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from host.core.errors import HostError

if TYPE_CHECKING:
    from host.core.host import Host

MAKING, MADE, FOUND = "making", "made", "found"


@dataclass(frozen=True)
class Owner:
    """`how`: MAKING while a stack is at it, MADE afterwards, FOUND for what was there before."""

    how: str
    stack: str


def owner_of(host: Host, thing: str) -> Owner | None:
    """The owner of apps/APP, services/SERVICE …; None where Petbase knows nothing of it."""
    found = host.state.read(f"{thing}/owner")
    return Owner(str(found.get("how")), str(found.get("stack"))) if found else None


def stack_of(host: Host, thing: str) -> str:
    """The stack that a thing belongs to; "" where Petbase knows nothing of it."""
    owner = owner_of(host, thing)
    return owner.stack if owner else ""


def claim(host: Host, thing: str) -> Owner | None:
    """The owner, which may only be this stack. HostError where the thing is another stack's."""
    owner = owner_of(host, thing)
    if owner and owner.stack != host.stack:
        kind, _, name = thing.partition("/")
        raise HostError(
            f"the {kind.removesuffix('s')} {name} belongs to the stack {owner.stack}, not to {host.stack}; nothing was "
            f"changed. To hand it over, run on the server: rm {host.state.folder}/{thing}/owner.json"
        )
    return owner


def record(host: Host, thing: str, how: str) -> None:
    """Write down that this stack makes, made or found the thing."""
    host.state.write(f"{thing}/owner", how=how, stack=host.stack)
