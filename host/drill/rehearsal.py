"""One drill, step by step: the same functions as a restore, up to the renaming."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from host.archive.entry import Entry
from host.archive.read import contents
from host.core.errors import HostError
from host.core.host import Host
from host.drill.evidence import Evidence
from host.dumps.bucket import Bucket
from host.dumps.container_file import ContainerFile
from host.dumps.dump import Dump
from host.dumps.unpack import unpack
from host.postgres.psql import Psql, SqlError, database_name, live
from host.scratch import rows
from host.scratch.database import DRILLED, SCHEMA_ONLY, create_like_live, drop_scratch
from host.scratch.load import FOR_A_LOOK, load
from host.values.text import last_words, printable, size
from host.watch.own_dumps import own_dumps

_CARRIED = "/tmp/petbase_drill"
_LIVE_BYTES = "SELECT pg_database_size(:'live');"
_MORE_BYTES = 64 << 20
"""What PostgreSQL writes besides."""


@dataclass
class Rehearsal:
    """`evidence` grows with each step, so that a failure leaves what was known by then."""

    host: Host
    bucket: Bucket
    evidence: Evidence
    dump: Dump | None = None
    _began: float = field(default_factory=time.monotonic)

    @property
    def service(self) -> str:
        """The database service."""
        return self.evidence.service

    def run(self) -> Dump:
        """Restore the newest dump into a database to throw away, and compare. HostError says what is wrong with it."""
        dump = self._find_newest()
        self._require_room(dump)
        with self._timed("fetch"):
            self._fetch(dump)
        with self._timed("restore"):
            entries = self._restore(dump)
        with self._timed("count"), _failing("its rows cannot be compared: "):
            different = self._differences(entries)
        if different:
            self._learn(equal=False)
            raise HostError(
                f"the restored rows are not those of the dump: {'; '.join(different[:2])}. Look for code of that app "
                "that changes rows while they are loaded, then make a new dump: ./petbase backup"
            )
        with _failing("the throw-away database stays: "):
            drop_scratch(self.host, self.service, DRILLED)
        return dump

    def clean_up(self) -> None:
        """Remove what a failure left. On a full disk the dump goes first: no session begins without room."""
        self.carried.remove()
        if self.carried.exec("pg_isready").ok:
            for database in (DRILLED, SCHEMA_ONLY):
                drop_scratch(self.host, self.service, database)

    def finished(self) -> Evidence:
        """The evidence with the time that all of it took."""
        seconds = replace(self.evidence.seconds, total=round(time.monotonic() - self._began, 3))
        return replace(self.evidence, seconds=seconds)

    @property
    def carried(self) -> ContainerFile:
        """The dump in the service's container."""
        return ContainerFile(self.host, self.service, _CARRIED)

    def _find_newest(self) -> Dump:
        problem = self.bucket.problem()
        if problem:
            raise HostError(problem)
        own = own_dumps(self.host, self.bucket)
        if not own.dumps:
            what = "no dump of this database" if own.others else "no dump"
            raise HostError(f"there is {what} in the bucket. Try: ./petbase backup")
        self.dump = newest = own.dumps[-1]
        self._learn(key=f"{self.bucket.prefix}{newest.name}", etag=newest.etag, bytes=newest.bytes)
        return newest

    def _require_room(self, dump: Dump) -> None:
        """For the unpacked dump and the restored database."""
        live = database_name(self.service)
        try:
            size = int(Psql(self.host, self.service, "postgres").value(_LIVE_BYTES, live=live))
        except SqlError as problem:
            raise HostError(f"{self.service} does not answer a query: {problem.reason}") from None
        needed, free = dump.bytes + 2 * size + _MORE_BYTES, self.carried.free_bytes()
        if free <= needed:
            raise HostError(
                f"the disk has {free >> 20} MB free, and a drill of this dump needs {needed >> 20}. Look at: df "
                "--human-readable"
            )

    def _fetch(self, dump: Dump) -> None:
        self.host.step(f"{dump.name}: fetching and unpacking {size(dump.bytes)}")
        unpack(self.bucket, dump.name, self.carried)
        with _failing(f"{dump.name} cannot be read: "):
            self._learn(version=contents(self.carried).server)

    def _restore(self, dump: Dump) -> tuple[Entry, ...]:
        """Into a separate database, compared with what the dump says. What belongs to whom is left as it came."""
        self.host.step(f"{dump.name}: restoring into a separate database")
        with _failing("the restore stopped: "):
            create_like_live(self.host, self.service, DRILLED)
            loaded = load(self.host, self.service, self.carried, DRILLED, FOR_A_LOOK)
        self._learn(fingerprint=loaded.fingerprint, equal=not loaded.failures)
        if loaded.failures:
            raise HostError("; ".join(verdict.sentence() for verdict in loaded.failures))
        return loaded.entries

    def _differences(self, entries: Sequence[Entry]) -> list[str]:
        """What is not in the restored database as it is in the dump. Times, say, are written as in the live one."""
        said = rows.of_dump(self.carried, entries)
        texts = rows.texts_of(live(self.host, self.service))
        came = rows.of_database(self.host, self.service, DRILLED, like=said, settings=texts)
        self._learn(rows={printable(table): count for table, (count, _) in came.tables.items()})
        return said.differences(came)

    def _learn(self, **values: object) -> None:
        self.evidence = replace(self.evidence, **values)  # type: ignore[arg-type]

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            seconds = {part: round(time.monotonic() - began, 3)}
            self._learn(seconds=replace(self.evidence.seconds, **seconds))


@contextmanager
def _failing(what: str) -> Iterator[None]:
    """A failure within the block is told as this one, with the end of what the program printed."""
    try:
        yield
    except HostError as problem:
        raise HostError(f"{what}{last_words(problem.tail) or problem}") from None
