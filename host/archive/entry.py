"""One entry of a dump's table of contents."""

from dataclasses import dataclass

NO_SECTION, PRE_DATA, DATA, POST_DATA = 1, 2, 3, 4
LARGE_OBJECTS = frozenset({"BLOB", "BLOB METADATA", "BLOBS"})
"""Kinds of entries that make and fill large objects, which belong to no schema."""


@dataclass(frozen=True)
class Entry:
    """`kind` is pg_dump's word (TABLE, TABLE DATA, FK CONSTRAINT …), `schema` "" for what is in none, `owner` "" for
    what has none. `needs` are the ids of the entries that must be there before. `catalog` and `oid` are of the old
    database.
    """

    id: int
    kind: str
    schema: str
    tag: str
    owner: str
    section: int = PRE_DATA
    definition: str = ""
    copy: str = ""
    needs: tuple[int, ...] = ()
    catalog: str = "0"
    oid: str = "0"
    has_data: bool = False
