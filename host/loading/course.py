"""The course of a load: extensions, structure, rows and indexes owner by owner, views, and what acts on all of it."""

from collections.abc import Iterable, Mapping, Sequence

from host.archive.entry import Entry
from host.archive.order import in_order, turns, visits
from host.archive.shares import BOOTSTRAP, SUPERUSER, Loader, Phase, Shares
from host.dumps.container_file import ContainerFile
from host.loading import loaders as loading_roles
from host.loading.cluster import paused
from host.loading.outcome import Outcome
from host.loading.outside import Need
from host.loading.pg_restore import Restorer, cores
from host.loading.search_paths import followed, run_code
from host.loading.verdict import LoadError, lacks, reason, stopped_at
from host.loading.visits import allowed, at_home, invited, let_read
from host.postgres.psql import Psql, live


class Loading:
    """One load of some entries of a dump into the database of `psql`; `outcome` is what became of them."""

    def __init__(
        self, psql: Psql, dump: ContainerFile, shares: Shares, entries: Sequence[Entry], readers_of: str = ""
    ) -> None:
        self._psql, self._shares, self._entries = psql, shares, entries
        self._loaders = loading_roles.make(psql, entries, shares)
        self._restorer = Restorer(dump, psql.database)
        self._visits = visits(entries, shares)
        self._reads = allowed(live(psql.host, readers_of or psql.service), self._visits)
        self.outcome = Outcome(shares, entries, self._visits, tuple(self._loaders.roles))

    def run(
        self,
        *,
        rows: bool,
        needs: Sequence[Need] = (),
        servers: Mapping[str, Sequence[str]] | None = None,
        paths: Mapping[str, list[str]] | None = None,
    ) -> None:
        """Load, with or without rows. LoadError where nothing of it can be used.

        `needs` is what the entries need of schemas that are there already, `servers` the foreign ones, by owner;
        `paths` are search paths by owner, which functions follow while rows come.
        """
        for loader in self._loaders.roles if servers else ():
            self._loaders.may_use_servers(loader, (servers or {}).get(loader.name, ()))
        with paused(self._psql), at_home(self._loaders, needs):
            for loader in self._loaders.roles if needs else ():
                let_read(self._loaders, loader, self._reads)
            self._extensions()
            self._structure()
            with followed(self._loaders, paths or {}):
                self._contents(rows)
                if rows:
                    self._views()
            self._last()

    def hand_over(self, *, analyze: bool) -> None:
        """Take away what could not be loaded whole, and give the rest to the roles that owned it.

        Statistics come before that: to make them runs expressions of indexes, as the table's owner.
        """
        for loader in self._loaders.roles if analyze else ():
            if loader not in self.outcome.failures and (output := self._restorer.analyze(self._loaders.role(loader))):
                self.outcome.fail(loader, (), output)
        self._loaders.discard([loader for loader in self.outcome.failures if loader in self._loaders.roles])
        self._loaders.give_large_objects(self._entries)
        self._loaders.give_named(self._entries)
        self._loaders.hand_over()

    def _extensions(self) -> None:
        """One at a time: the server may lack one, which holds back who needs it."""
        for entry in self._of(Phase.EXTENSION):
            loader = self._shares.loader(entry)
            if self.outcome.lacks(entry):
                continue
            with self._loaders.may_extend(loader):
                output = self._restorer.run([entry], self._loaders.role(loader))
            if output:
                self.outcome.missing[entry.id] = lacks(entry, output)

    def _structure(self) -> None:
        entries = self._of(Phase.PRE)
        # There is no row yet that a guest could see.
        with invited(self._loaders, [one for one in self._visits if self._shares.phase(one.entry) is Phase.PRE]):
            for turn in turns(entries, self._shares):
                self._make(turn.loader, turn.entries)

    def _contents(self, rows: bool) -> None:
        """Rows, then indexes, keys, triggers and policies: an owner at a time, those who read others last."""
        guests = [one for one in self._visits if self._shares.phase(one.entry) is Phase.POST]
        guests = [one for one in guests if one.entry.kind == "FK CONSTRAINT" or not self._reads.covers(one)]
        later = self._with_dependents({one.entry.id for one in guests})
        one_by_one = run_code(self._psql) if rows else set()
        self._loaders.may_fill_extensions()
        phases = (Phase.ROWS, Phase.POST) if rows else (Phase.POST,)
        now = [entry for entry in self._of(*phases) if entry.id not in later]
        for loader in self._in_order_of_reading():
            let_read(self._loaders, loader, self._reads)
            own = [entry for entry in now if self._shares.loader(entry) == loader]
            self._make_own(loader, own, rows_one_by_one=self._loaders.role(loader) in one_by_one)
        guests += [one for one in self._visits if self._shares.phase(one.entry) is Phase.GUARD]
        with invited(self._loaders, guests, self._reads):
            for turn in turns([entry for entry in self._of(Phase.POST) if entry.id in later], self._shares):
                self._make(turn.loader, turn.entries)
            for turn in turns(self._of(Phase.GUARD), self._shares):
                self._make(turn.loader, turn.entries)

    def _make_own(self, loader: Loader, own: Sequence[Entry], *, rows_one_by_one: bool) -> None:
        """What needs nothing of others: as many at once as there are cores, or rows in the dump's order first.

        Of the superuser's only large objects come at once: the others are made one by one, to know which one failed.
        """
        if rows_one_by_one or loader == SUPERUSER:
            rows = [entry for entry in own if self._shares.phase(entry) is Phase.ROWS]
            self._make(loader, rows, jobs=1 if rows_one_by_one else cores())
            own = [entry for entry in own if self._shares.phase(entry) is Phase.POST]
        self._make(loader, own, jobs=1 if loader == SUPERUSER else cores())

    def _views(self) -> None:
        """One view may read another through a function; only their order in the dump shows it."""
        for turn in in_order(self._of(Phase.REFRESH), self._shares):
            self._make(turn.loader, turn.entries, row_security=True)

    def _last(self) -> None:
        self._make(SUPERUSER, self._of(Phase.LAST))

    def _make(self, loader: Loader, entries: Sequence[Entry], *, jobs: int = 1, row_security: bool = False) -> None:
        possible = self.outcome.possible(loader, entries)
        if not possible:
            return
        if loader == SUPERUSER:
            self._make_superusers(possible, jobs)
            return
        self._loaders.may_use_servers(loader, self._servers(possible))
        output = self._restorer.run(possible, self._loaders.role(loader), jobs=jobs, row_security=row_security)
        if output:
            self.outcome.fail(loader, possible, output)

    def _make_superusers(self, entries: Sequence[Entry], jobs: int) -> None:
        """One that cannot be made holds back its app and who needs it; the others come behind it."""
        while entries and (output := self._restorer.run(entries, BOOTSTRAP, jobs=jobs)):
            stopped = stopped_at(entries, output) if jobs == 1 else None
            if stopped is None:
                raise LoadError(f"what only the superuser makes could not be restored: {reason(output)}", output)
            self.outcome.miss(stopped, output)
            entries = self.outcome.possible(SUPERUSER, entries[entries.index(stopped) + 1 :])

    def _servers(self, entries: Sequence[Entry]) -> list[str]:
        """The foreign servers that tables among these are of; the dump does not say who may use one."""
        needed = {one for entry in entries if entry.kind == "FOREIGN TABLE" for one in entry.needs}
        return [entry.tag for entry in self._entries if entry.kind == "SERVER" and entry.id in needed]

    def _of(self, *phases: Phase) -> list[Entry]:
        return [entry for entry in self._entries if self._shares.phase(entry) in phases]

    def _with_dependents(self, chosen: set[int]) -> set[int]:
        found = set(chosen)
        for entry in self._entries:
            if found.intersection(entry.needs):
                found.add(entry.id)
        return found

    def _in_order_of_reading(self) -> list[Loader]:
        """Each owner behind those whose things it may read, as far as they do not read each other."""
        waiting = [SUPERUSER, *self._loaders.roles]
        found: list[Loader] = []
        while waiting:
            free = [one for one in waiting if not self._reads_any(one, waiting)] or waiting[:1]
            found += free
            waiting = [one for one in waiting if one not in free]
        return found

    def _reads_any(self, loader: Loader, others: Iterable[Loader]) -> bool:
        owners = {self._shares.owners.get(schema) for schema in self._reads.schemas(loader)}
        return any(other in owners for other in others if other != loader)
