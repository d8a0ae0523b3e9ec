"""What an import finds and does, as both ends read it (host.values.json_values)."""

from dataclasses import dataclass

from host.placing.restored import Restored
from host.restore.facts import LiveTable


@dataclass(frozen=True)
class SourceSchema:
    """A schema of the source. `becomes` is its name here; "" where it is left out, and `why` says the reason."""

    name: str
    tables: int
    becomes: str = ""
    why: str = ""


@dataclass(frozen=True)
class ImportFacts:
    """What is in a source, and what an import would make of it.

    `form` is what it is, in words; `server` its PostgreSQL, "" where it does not say. `extensions` are those that come
    along, `missing` those that this server lacks, `roles` those that it lacks, `large_objects` how many come.
    `left_out` names each thing of the app's schemas that does not come, `notes` what comes and may need a hand.
    """

    form: str
    server: str
    schemas: tuple[SourceSchema, ...]
    extensions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    large_objects: int = 0
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """The schemas that come, by their names in the source: what each is called here."""
        return {one.name: one.becomes for one in self.schemas if one.becomes}


@dataclass(frozen=True)
class ImportLook:
    """The facts, with what they replace. `needed` and `free` are bytes of the server's disk."""

    facts: ImportFacts
    live_tables: tuple[LiveTable, ...]
    needed: int
    free: int


@dataclass(frozen=True)
class Imported:
    """How an import ended. `rows` and `tables` are what was compared; `unchecked` says where rows were not."""

    facts: ImportFacts
    restored: Restored
    tables: int
    rows: int
    unchecked: str = ""
