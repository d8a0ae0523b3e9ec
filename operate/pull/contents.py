"""What of a dump belongs to one app: its schemas, all of them together, and the extensions that they need."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from host.archive.entry import LARGE_OBJECTS, Entry
from host.archive.shares import SHARED, SUPERUSER, Kind, Phase, Shares
from host.archive.toc import Archive, ArchiveError, CutOffError, parse
from host.archive.whose import SET_ASIDE, schema_of_extension, shares
from host.loading.verdict import described
from host.values.text import printable
from operate.core.errors import PetbaseError

_COMES = range(Phase.EXTENSION, Phase.LAST)
_TABLES = {"TABLE", "MATERIALIZED VIEW", "FOREIGN TABLE"}
_NOT_ITS_OWN = {"SCHEMA", "EXTENSION"}
# A library that its server loads says what labels there are.
_OF_ITS_SERVER = {"SECURITY LABEL"}


@dataclass(frozen=True)
class Extension:
    """An extension that the dump makes, and the schema that it makes it in."""

    name: str
    schema: str


@dataclass(frozen=True)
class Contents:
    """`schemas` has the app's own first. `entries` are made by its role, `extensions` are there before. `left_out` is
    what only a superuser can make, what needs that or another app's schema, security labels and large objects, as a
    person names them.
    """

    schemas: tuple[str, ...]
    entries: tuple[Entry, ...]
    extensions: tuple[Extension, ...]
    left_out: tuple[str, ...]

    @property
    def names(self) -> str:
        """The schemas, for a terminal."""
        return printable(", ".join(self.schemas))

    @property
    def extension_schemas(self) -> list[str]:
        """Where the extensions are."""
        return sorted({one.schema for one in self.extensions} - {*self.schemas})

    @property
    def tables(self) -> int:
        """How many there are."""
        return sum(entry.kind in _TABLES for entry in self.entries)


def read(export: Path, schema: str, name: str, trusted: Collection[str]) -> Contents:
    """Of the dump called `name`, what belongs to the owner of a schema. PetbaseError where it does not have that.

    `trusted` are the extensions that an ordinary role may create.
    """
    archive = _parsed(export, name)
    found = shares(archive.entries, trusted=trusted)
    if schema != "public" and schema not in found.owners:
        raise PetbaseError(
            f"The dump {name} holds no schema {schema}; the app is younger than it. Make one now: ./petbase backup"
        )
    return _Sorted(archive.entries, found, schema).contents()


class _Sorted:
    """The entries of a dump, by whether they are the app's."""

    def __init__(self, entries: tuple[Entry, ...], found: Shares, schema: str) -> None:
        self._entries, self._shares = entries, found
        self._by_id = {entry.id: entry for entry in entries}
        self._owner = found.owners.get(schema, SHARED)
        self._schemas = [schema]
        if self._owner.kind is Kind.APP:
            self._schemas += [one for one, owner in found.owners.items() if owner == self._owner and one != schema]

    def contents(self) -> Contents:
        own = [entry for entry in self._entries if self._is_own(entry)]
        beyond = {entry.id for entry in self._entries if self._is_out_of_reach(entry)}
        # The role that loads may not use another app's schema, where that is here; public is open to all.
        usable = {"", "public", *self._schemas}
        others = {entry.id for entry in self._entries if entry.schema not in usable}
        without = self._without(beyond | others) - (others - beyond)
        return Contents(
            tuple(self._schemas),
            tuple(entry for entry in own if entry.id not in without),
            tuple(
                Extension(entry.tag, schema_of_extension(entry, self._by_id) or "public")
                for entry in self._entries
                if entry.kind == "EXTENSION" and not self._is_own(entry)
            ),
            tuple(dict.fromkeys(_named(entry) for entry in self._entries if entry.id in without)),
        )

    def _is_own(self, entry: Entry) -> bool:
        """Whether a role that owns these schemas can make it."""
        loader, phase = self._shares.loader(entry), self._shares.phase(entry)
        if phase not in _COMES or entry.kind in LARGE_OBJECTS or entry.kind in _OF_ITS_SERVER:
            return False
        if entry.schema:
            return entry.schema in self._schemas and loader.kind not in (Kind.SUPERUSER, Kind.EXTENSIONS)
        about = [self._by_id[one] for one in entry.needs if one in self._by_id]
        of_schema = entry.kind == "COMMENT" and any(_is_one_of(self._schemas, one) for one in about)
        return of_schema or (self._owner.kind is Kind.APP and loader == self._owner)

    def _is_out_of_reach(self, entry: Entry) -> bool:
        """Whether it is the app's, and a role without rights cannot make it."""
        if self._is_own(entry) or entry.kind in _NOT_ITS_OWN or self._shares.phase(entry) is Phase.NEVER:
            return False
        # What an earlier restore or import set aside is still the role's, and no part of the app any more.
        owned = (
            self._owner.kind is Kind.APP and entry.owner == self._owner.name and not SET_ASIDE.fullmatch(entry.schema)
        )
        return owned or entry.schema in self._schemas or self._is_needed_base(entry)

    def _is_needed_base(self, entry: Entry) -> bool:
        """A foreign server, say: the superuser's, in no schema, and the app's tables are made of it."""
        if entry.schema or self._shares.loader(entry) != SUPERUSER or entry.kind in LARGE_OBJECTS:
            return False
        return any(entry.id in other.needs and self._is_own(other) for other in self._entries)

    def _without(self, lost: set[int]) -> set[int]:
        """What is lost, and what needs it."""
        more = {one.id for one in self._entries if self._is_own(one) and lost.intersection(one.needs)}
        return lost if more <= lost else self._without(lost | more)


def _is_one_of(schemas: Collection[str], entry: Entry) -> bool:
    return entry.kind == "SCHEMA" and entry.tag in schemas


def _named(entry: Entry) -> str:
    return "its large objects" if entry.kind in LARGE_OBJECTS else described(entry)


def _parsed(export: Path, name: str) -> Archive:
    with export.open("rb") as file:
        try:
            return parse(file)
        except CutOffError:
            raise PetbaseError(f"The dump {name} was cut off. Take another one: ./petbase backups") from None
        except ArchiveError as problem:
            raise PetbaseError(f"The dump {name}: {problem}. Take another one: ./petbase backups") from None
