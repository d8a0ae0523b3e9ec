"""What is known of the schemas of a service's database. Both ends share it (host/values/json_values.py)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """`rows` is PostgreSQL's estimate, `bytes` the size with indexes."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Schema:
    """`users` are the apps that log in and use it; `closed`: its role is an app's, and cannot log in."""

    name: str
    owner: str
    users: tuple[str, ...]
    closed: bool
    tables: tuple[Table, ...]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """Of all tables."""
        return sum(table.bytes for table in self.tables)


@dataclass(frozen=True)
class LeftOver:
    """A role without a login that no app uses, with the schemas that it owns: left over from a removed app."""

    role: str
    schemas: tuple[str, ...]
    tables: int
    rows: int
    bytes: int


@dataclass(frozen=True)
class Schemas:
    """Every schema but the system's, `public` among them; what is left over; the apps that are linked, of any stack."""

    schemas: tuple[Schema, ...]
    left_over: tuple[LeftOver, ...]
    linked: tuple[str, ...]


@dataclass(frozen=True)
class SchemaObject:
    """A table, view, sequence, function, type … `type` is PostgreSQL's word. `rows` and `bytes` of a table, else 0."""

    type: str
    name: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Contents:
    """What is in a schema, what follows its table left out; and the extensions that were made there."""

    objects: tuple[SchemaObject, ...]
    extensions: tuple[str, ...]
