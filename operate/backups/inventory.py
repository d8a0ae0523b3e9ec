"""What each dump in the bucket is: verified, locked, due to go, counted as; reckoned from a listing and its evidence.

The plugin's own keys are `PATH/postgres-SERVICE-TIME.tgz[.gpg]`; dumps from before a restore are in `PATH/safety/`. The
rules of the bucket lock and expire both. A drill (host/drill) leaves its evidence in `PATH/evidence/SERVICE/NAME.json`,
and copies what it verified to `PATH/verified/NAME`, which no rule removes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from host.drill.retention import counted
from host.dumps.dump import SAFETY
from operate.backups.evidence import Evidence, read_evidence
from operate.dumps.objects import Object
from operate.dumps.store import Store
from operate.stack.outputs import Backups

FREE_BYTES = 10 * 1000**3
"""R2's free storage, per account and month (developers.cloudflare.com/r2/pricing)."""


@dataclass(frozen=True)
class DumpRecord:
    """One dump: its own object, its copy in `verified/`, or both; at least one of them is there.

    `safety`: it was made before a restore, of data that may have been damaged.
    """

    name: str
    made: datetime
    own: Object | None = None
    copy: Object | None = None
    evidence: Evidence | None = None
    counts: tuple[str, ...] = ()
    locked_until: datetime | None = None
    expires: datetime | None = None
    safety: bool = False

    @property
    def key(self) -> str:
        """By which `restore --key` knows it: its own, else the copy's."""
        return self._object.key

    @property
    def size(self) -> int:
        """Bytes."""
        return self._object.size

    @property
    def verified(self) -> bool:
        """Whether a drill restored exactly these bytes. A copy's ETag may differ; it is made of what was verified."""
        found = self.evidence
        return found is not None and found.good and (self.own is None or found.etag in ("", self.own.etag))

    @property
    def failure(self) -> str:
        """Why a drill could not restore exactly these bytes, "" where none failed."""
        found = self.evidence
        return found.error if found and (self.own is None or found.etag in ("", self.own.etag)) else ""

    @property
    def superfluous(self) -> bool:
        """Whether newer copies count for its day, week and month, so that the next drill that verifies a dump removes
        its copy (host/drill/run.py), once no lock holds that.
        """
        return self.copy is not None and not self.counts

    @property
    def _object(self) -> Object:
        found = self.own or self.copy
        assert found
        return found


@dataclass(frozen=True)
class Inventory:
    """All dumps of a service, newest first; how many bytes its bucket holds in all; how the last drill ended."""

    dumps: list[DumpRecord] = field(default_factory=list)
    bytes: int = 0
    last_drill: Evidence | None = None

    @property
    def newest(self) -> DumpRecord | None:
        """The newest dump in its own place that was not made before a restore."""
        return next((one for one in self.dumps if one.own and not one.safety), None)

    @property
    def verified(self) -> DumpRecord | None:
        """The newest dump that a drill restored."""
        return next((one for one in self.dumps if one.verified), None)


def share(size: int) -> str:
    """So many bytes as a part of what is free."""
    percent = 100 * size / FREE_BYTES
    return f"{'less than 0.1' if percent < 0.1 else f'{percent:.1f}'} %"


def shelf(store: Store) -> Inventory:
    """Reckon one stack's bucket. StoreError when it does not open."""
    spec, prefix = store.spec, store.spec.prefix
    objects = store.objects()
    safety = _by_name(objects, f"{prefix}{SAFETY}", store.made_at)
    own = {**_by_name(objects, prefix, store.made_at), **safety}
    copies = _by_name(objects, f"{prefix}verified/", store.made_at)
    proofs = read_evidence(store, objects, f"{prefix}evidence/{store.service}/")
    counts = counted({name: made for name, (_, made) in copies.items()})
    found = []
    for name, (one, made) in {**copies, **own}.items():
        found.append(
            DumpRecord(
                name=name,
                made=made,
                own=own[name][0] if name in own else None,
                copy=copies[name][0] if name in copies else None,
                evidence=proofs.get(f"{name}.json"),
                counts=counts.get(name, ()),
                locked_until=locked_until(spec, *(held[name][0] for held in (own, copies) if name in held)),
                expires=expires(spec, one) if name in own else None,
                safety=name in safety,
            )
        )
    found.sort(key=lambda one: (one.made, one.name), reverse=True)
    last = max(proofs.values(), key=lambda one: one.at, default=None)
    return Inventory(found, sum(one.size for one in objects), last)


def locked_until(spec: Backups, *objects: Object) -> datetime | None:
    """Until when a dump and its copy cannot both be deleted; None where Petbase makes no lock."""
    if spec.store != "r2" or spec.found or not spec.lock_days:
        return None
    return max(one.modified for one in objects) + timedelta(days=spec.lock_days)


def expires(spec: Backups, own: Object) -> datetime | None:
    """When a dump's own object is due to go (R2 takes up to a day for it); None where nothing removes it."""
    if spec.store != "r2" or spec.found or spec.paused:
        return None
    return own.modified + timedelta(days=max(spec.keep_days, spec.lock_days))


def _by_name(
    objects: Iterable[Object], prefix: str, made_at: Callable[[str], datetime | None]
) -> dict[str, tuple[Object, datetime]]:
    """The dumps right under `prefix`, by their names, and when each was made: never later than the store took it."""
    found = {}
    for one in objects:
        if one.key.startswith(prefix) and (made := made_at(one.key.removeprefix(prefix))):
            found[one.key.removeprefix(prefix)] = (one, min(made, one.modified))
    return found
