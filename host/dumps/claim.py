"""Which database a dump is of: its name says the service only, and another server may write to the same bucket.

So each server writes down in `claims/SERVICE.json`, beside the dumps, from when on they are its own: since its
PostgreSQL was made, by the time that is in the system identifier. Both ends read it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from host.values.json_values import JsonError, from_json


@dataclass(frozen=True)
class Claim:
    """A database whose dumps are in the bucket. `system` is PostgreSQL's system identifier, in digits."""

    stack: str
    service: str
    system: str

    @property
    def since(self) -> int:
        """When that PostgreSQL was made, in seconds of the epoch: the identifier's upper half (BootStrapXLOG)."""
        return int(self.system) >> 32


Claims = tuple[Claim, ...]
"""Oldest first."""


def object_name(service: str) -> str:
    """The object's name below the bucket's path."""
    return f"claims/{service}.json"


def claim_at(claims: Sequence[Claim], at: float) -> Claim | None:
    """Whose a dump of that moment is; None for one from before the first claim, which may belong to anyone."""
    return next((claim for claim in reversed(claims) if claim.since <= at), None)


def parse(text: str | None) -> Claims:
    """The claims in an object's text; none in one that holds anything else."""
    try:
        return from_json(_Object, json.loads(text or "{}"), "claims").claims
    except (JsonError, ValueError):
        return ()


def to_text(claims: Claims) -> str:
    """What is written."""
    return json.dumps(asdict(_Object(claims))) + "\n"


@dataclass(frozen=True)
class _Object:
    claims: Claims
