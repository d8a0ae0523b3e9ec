"""What the bucket held a day ago: a dump that went before its time, or is another object now, is told for a day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from host.drill.retention import counted
from host.dumps.bucket import Bucket
from host.dumps.dump import SAFETY, VERIFIED, Dump, made_at
from host.watch.settings import folder

_DAY = timedelta(days=1)
_MOST, _SHOWN = 1_000, 3
_LOOK = "Look at: ./petbase backups, and at the bucket's rules and tokens (docs/disaster.md)"


@dataclass(frozen=True)
class Inventory:
    """`etags` of the dumps at `place`, by their names below it, at a moment, in seconds of the epoch; and what was
    found then, by what it is about.
    """

    place: str = ""
    at: int = 0
    etags: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def changes(bucket: Bucket, dumps: Sequence[Dump], keep_days: int) -> Mapping[str, str]:
    """What is not as it was a day before, by what it is about; looked at once a day.

    `keep_days`: until then nothing deletes a dump; 0 where that is not known, and the oldest dump tells.
    """
    host, note, place = bucket.host, f"{folder(bucket.service)}/inventory", f"{bucket.endpoint} {bucket.url('')}"
    known = host.state.load(Inventory, note) or Inventory()
    now = datetime.fromtimestamp(host.now(), timezone.utc)
    if known.place == place and 0 <= now.timestamp() - known.at < _DAY.total_seconds():
        return known.problems
    there = {dump.name: dump for dump in dumps}
    there |= {f"{under}{one.name}": one for under in (VERIFIED, SAFETY) for one in bucket.dumps(under)}
    etags = {name: there[name].etag for name in sorted(there)[-_MOST:]}
    problems: dict[str, str] = {}
    if known.place == place:
        until = now - timedelta(days=keep_days) if keep_days else min((one.at for one in dumps), default=now) + 2 * _DAY
        problems = _problems(known.etags, there, _stays(bucket.service, until, [*known.etags, *there]))
    # On a full disk the next check looks again.
    with suppress(OSError):
        host.state.save(note, Inventory(place, int(now.timestamp()), etags, problems))
    return problems


def _stays(service: str, until: datetime, names: Iterable[str]) -> Callable[[str], bool]:
    """Whether an object must be there: a dump since a moment, a copy while it counts for a day, week or month."""
    made = {name: at for name in names if (at := made_at(service, name.rpartition("/")[2]))}
    needed = counted({name: at for name, at in made.items() if name.startswith(VERIFIED)})
    return lambda name: name in needed if name.startswith(VERIFIED) else name in made and made[name] > until


def _problems(before: Mapping[str, str], there: Mapping[str, Dump], stays: Callable[[str], bool]) -> dict[str, str]:
    gone = [name for name in before if name not in there and stays(name)]
    changed = [name for name, etag in before.items() if name in there and there[name].etag != etag]
    found = {
        "dumps gone": (gone, "gone from the bucket before their time, by hand or by a rule that is not Petbase's"),
        "dumps changed": (changed, "no longer the object that was stored under this name"),
    }
    return {about: f"{_shown(names)}: {what}. {_LOOK}" for about, (names, what) in found.items() if names}


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(sorted(names)[-_SHOWN:])}{more}"
