"""What became of each owner's things while a load goes on, and who is held back by that."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from host.archive.entry import Entry
from host.archive.order import Visit
from host.archive.shares import SHARED, SUPERUSER, Kind, Loader, Phase, Shares
from host.loading.verdict import Verdict, cannot_be_made, failed, needs_another, not_as_dumped, title


@dataclass(frozen=True)
class Outcome:
    """Of a load of `entries` by loading roles for `roles`. `failures` has whom it holds back, `missing` extensions and
    things of the superuser's that could not be made, by the entry's id.
    """

    shares: Shares
    entries: Sequence[Entry]
    visits: Sequence[Visit]
    roles: Sequence[Loader]
    failures: dict[Loader, Verdict] = field(default_factory=dict)
    missing: dict[int, Verdict] = field(default_factory=dict)

    def verdicts(self) -> list[Verdict]:
        """What became of each owner's things, and of what is missing without being an owner's."""
        known = [self.failures.get(one) or Verdict(title(one), self._schemas(one)) for one in self.roles]
        others = [verdict for loader, verdict in self.failures.items() if loader not in self.roles]
        return [*dict.fromkeys(self.missing.values()), *known, *others]

    def made(self) -> list[Entry]:
        """The entries that should be there now."""
        return [one for one in self.entries if self.shares.loader(one) not in self.failures and not self.lacks(one)]

    def possible(self, loader: Loader, entries: Sequence[Entry]) -> list[Entry]:
        """Those of an owner's entries that can be made; none where the owner is held back."""
        found = [entry for entry in entries if loader not in self.failures and not self.lacks(entry)]
        return [] if loader in self.failures else found

    def is_held_back(self, schema: str) -> bool:
        """Whether the owner of a schema is."""
        return self._owner(schema) in self.failures

    def lacks(self, entry: Entry) -> bool:
        """Whether it needs what could not be made. An owner who lacks something is held back as a whole."""
        missing = [one for one in entry.needs if one in self.missing]
        if missing:
            self._lose(entry, self.missing[missing[0]])
        return bool(missing) or any(
            self.shares.of[one].loader in self.failures for one in entry.needs if one in self.shares.of
        )

    def miss(self, entry: Entry, output: str) -> None:
        """What only the superuser makes, and could not: it holds back whose it is, and who needs it."""
        self._lose(entry, cannot_be_made(entry, output))
        for other in self.entries:
            self.lacks(other)

    def _lose(self, entry: Entry, cause: Verdict) -> None:
        self.missing.setdefault(entry.id, cause)
        owner = self._whose(entry)
        if owner:
            self._hold_back(owner, replace(cause, name=title(owner), schemas=self._schemas(owner)))

    def _whose(self, entry: Entry) -> Loader | None:
        """A publication of the superuser's is not an app's, even of its tables alone."""
        owners = [self.shares.loader(entry), Loader(Kind.APP, entry.owner)]
        if self.shares.phase(entry) is not Phase.LAST:
            owners.append(self._owner(entry.schema))
        return next((one for one in owners if one in self.roles), None)

    def fail(self, loader: Loader, entries: Sequence[Entry], output: str) -> None:
        """Hold back an owner by what a program printed that was to make these entries."""
        self._hold_back(loader, failed(loader, self._schemas(loader), entries, output))

    def differs(self, schema: str) -> None:
        """Hold back whose schema did not come as the dump says."""
        owner = self._owner(schema)
        self._hold_back(owner, not_as_dumped(owner, self._schemas(owner), schema))

    def _hold_back(self, loader: Loader, verdict: Verdict) -> None:
        """An owner, and the owners of what depends on its objects."""
        if loader in self.failures:
            return
        self.failures[loader] = verdict
        for visit in self.visits:
            needed = self.shares.loader(visit.needed)
            if needed in self.failures:
                schemas = self._schemas(visit.loader)
                self._hold_back(visit.loader, needs_another(visit.loader, schemas, visit.entry, visit.needed, needed))

    def _owner(self, schema: str) -> Loader:
        return self.shares.owners.get(schema, SHARED if schema else SUPERUSER)

    def _schemas(self, loader: Loader) -> tuple[str, ...]:
        if loader.kind is Kind.APP:
            return tuple(schema for schema, owner in self.shares.owners.items() if owner == loader)
        return tuple(dict.fromkeys(entry.schema for entry in self.entries if self.shares.loader(entry) == loader))
