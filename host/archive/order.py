"""The order in which loading roles take turns: in as few runs of pg_restore as their needs of each other allow."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from host.archive.entry import LARGE_OBJECTS, Entry
from host.archive.shares import Kind, Loader, Shares
from host.archive.whose import schema_of_extension


@dataclass(frozen=True)
class Turn:
    """Entries that one loading role makes in one go, in the dump's order."""

    loader: Loader
    entries: tuple[Entry, ...]


def turns(entries: Sequence[Entry], shares: Shares) -> list[Turn]:
    """Turns for these entries, so that all that an entry needs is there before it."""
    here = {entry.id for entry in entries}
    waiting: dict[Loader, list[Entry]] = {}
    for entry in entries:
        waiting.setdefault(shares.loader(entry), []).append(entry)
    done: set[int] = set()
    found: list[Turn] = []
    while any(waiting.values()):
        before = len(done)
        for loader, left in waiting.items():
            ready = _ready(left, here, done)
            if ready:
                found.append(Turn(loader, tuple(ready)))
                waiting[loader] = [entry for entry in left if entry.id not in done]
        if len(done) == before:
            # A circle, which pg_dump has already broken by its order.
            rest = [entry for entry in entries if entry.id not in done]
            return found + in_order(rest, shares)
    return found


def in_order(entries: Sequence[Entry], shares: Shares) -> list[Turn]:
    """Turns in the order of the dump: a new one wherever the next entry is another role's."""
    found: list[Turn] = []
    for entry in entries:
        loader = shares.loader(entry)
        if found and found[-1].loader == loader:
            found[-1] = Turn(loader, (*found[-1].entries, entry))
        else:
            found.append(Turn(loader, (entry,)))
    return found


def _ready(left: Iterable[Entry], here: Collection[int], done: set[int]) -> list[Entry]:
    """Those that need nothing any more but each other; they count as done from here on."""
    found = []
    for entry in left:
        if all(one in done or one not in here or one == entry.id for one in entry.needs):
            done.add(entry.id)
            found.append(entry)
    return found


@dataclass(frozen=True)
class Visit:
    """A loading role that makes something of what is in another one's schema: a view, a column, a foreign key."""

    loader: Loader
    schema: str
    entry: Entry
    needed: Entry


def visits(entries: Iterable[Entry], shares: Shares) -> list[Visit]:
    """The points where loading roles change, in the dump's order. The superuser can load anything."""
    entries = tuple(entries)
    by_id = {entry.id: entry for entry in entries}
    found = []
    for entry in entries:
        guest = shares.loader(entry)
        if guest.kind is Kind.SUPERUSER:
            continue
        for needed in (by_id[one] for one in dict.fromkeys(entry.needs) if one in by_id):
            schema = _schema(needed, by_id)
            if schema and shares.loader(needed) != guest and shares.owners.get(schema) != guest:
                found.append(Visit(guest, schema, entry, needed))
    return found


def _schema(needed: Entry, by_id: Mapping[int, Entry]) -> str:
    if needed.kind == "EXTENSION":
        return schema_of_extension(needed, by_id) or "public"
    return needed.schema


def large_objects(entries: Iterable[Entry]) -> frozenset[int]:
    """The entries that make and fill large objects, and their comments."""
    entries = tuple(entries)
    found = {entry.id for entry in entries if entry.kind in LARGE_OBJECTS}
    about = {entry.id for entry in entries if entry.kind == "COMMENT" and found.intersection(entry.needs)}
    return frozenset(found | about)


def with_needs(chosen: Collection[int], entries: Sequence[Entry]) -> set[int]:
    """These entries and all that they need, with the rows and partitions of the tables among that."""
    by_id = {entry.id: entry for entry in entries}
    rows = {(entry.schema, entry.tag): entry.id for entry in entries if entry.kind == "TABLE DATA"}
    parts: dict[int, list[int]] = {}
    for entry in entries:
        if entry.kind == "TABLE ATTACH":
            for one in entry.needs:
                parts.setdefault(one, []).append(entry.id)
    found: set[int] = set()
    waiting = list(chosen)
    while waiting:
        one = waiting.pop()
        if one in found or one not in by_id:
            continue
        found.add(one)
        entry = by_id[one]
        waiting += entry.needs
        if entry.kind == "TABLE":
            waiting += [
                *parts.get(one, ()),
                *([rows[entry.schema, entry.tag]] if (entry.schema, entry.tag) in rows else []),
            ]
    return found
