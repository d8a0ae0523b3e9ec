"""Who may run an entry of a dump, and when: the words for it, and the whole of a dump's."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

from host.archive.entry import Entry

BOOTSTRAP = "postgres"
"""The superuser of a service, as the plugin makes it."""


class Kind(Enum):
    """What a loading role stands in for."""

    SUPERUSER = "the superuser"
    APP = "an app's role"
    SHARED = "what belongs to the superuser"
    ASIDE = "a schema that a restore set aside"
    EXTENSIONS = "rows of extensions"
    RECORDS = "Petbase's own records"


@dataclass(frozen=True)
class Loader:
    """`name` is the role (APP) or schema (ASIDE) that it stands in for."""

    kind: Kind
    name: str = ""


SUPERUSER, SHARED, EXTENSIONS = Loader(Kind.SUPERUSER), Loader(Kind.SHARED), Loader(Kind.EXTENSIONS)
RECORDS = Loader(Kind.RECORDS)
"""Whose schemas are whose, and all grants: apart from SHARED, or what fails in public would take them along."""


class Phase(IntEnum):
    """When an entry's turn comes."""

    EXTENSION, PRE, ROWS, POST, GUARD, REFRESH, LAST, NEVER = range(8)


@dataclass(frozen=True)
class Share:
    """Whose an entry is and when it comes."""

    loader: Loader
    phase: Phase


@dataclass(frozen=True)
class Shares:
    """`of` has the share of each entry by its id; `owners` the owner of each schema, whose things are SHARED for a
    superuser.
    """

    of: Mapping[int, Share]
    owners: Mapping[str, Loader]

    def loader(self, entry: Entry) -> Loader:
        """Who runs an entry."""
        return self.of[entry.id].loader

    def phase(self, entry: Entry) -> Phase:
        """When an entry comes."""
        return self.of[entry.id].phase
