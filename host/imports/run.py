"""An import: the source into shape, then restored as the app's schemas, as from a dump of Petbase's own.

A look does the same with the structure alone, before anything is touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import ContainerFile, free_bytes
from host.dumps.incoming import delivered
from host.imports.choose import Import
from host.imports.compare import BY_INSERT, Comparison, counted
from host.imports.facts import Imported, ImportFacts, ImportLook
from host.imports.prepare import Prepared, prepared
from host.loading.verdict import why_stopped
from host.placing.note import new_note
from host.postgres.psql import Psql, live
from host.programs.runner import Stage
from host.restore import one_app
from host.restore.facts import LiveTable
from host.restore.look import live_tables
from host.scratch.copied_rows import Rows
from host.scratch.database import tidied
from host.values.json_values import to_json
from host.values.text import printable

_SHAPED = "/tmp/petbase_import_shaped"
_OWN = """
SELECT COALESCE(json_agg(nspname), '[]') FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner WHERE rolname = :'role'
"""


@dataclass(frozen=True)
class RunImport(Import, noun="import", verb="run"):
    """Import a PostgreSQL database or dump from elsewhere into an app's schemas. The source is only read."""

    _: KW_ONLY
    title: str
    """The source's name to people, without a password."""

    def run(self, host: Host) -> None:
        """What was live is set aside. Cut off anywhere before the exchange, it has changed nothing."""
        with _shaped_file(host, self.service) as file:
            with prepared(host, self, rows=True) as found:
                comparison = _shape(host, found, file)
                facts = found.facts
            done = self._restore(host, file, facts, comparison)
        if self.name:
            delivered(host, self.service, self.name).remove()
        host.out.result(to_json(done))

    def _restore(self, host: Host, file: ContainerFile, facts: ImportFacts, comparison: Comparison) -> Imported:
        note = new_note(host, f"import from {printable(self.title)}")
        with tidied(host, self.service):
            restored = one_app.restore(
                host, file, self.schema, self.schema, note, check=comparison.check, large_objects=True
            )
        came = comparison.came
        return Imported(facts, restored, len(came.tables), came.count, "" if comparison.said is not None else BY_INSERT)


def _shape(host: Host, found: Prepared, file: ContainerFile) -> Comparison:
    """What is in the staging container by now, as a dump in the service's own; how to compare what comes of it."""
    host.step(f"{file.service}: counting the rows of the source")
    said = counted(found.brought.dump, found.facts.names)
    host.step(f"{file.service}: dumping it anew, as the app's")
    words = ["--username", "postgres", "--format", "custom", "--compress", "1", "--no-acl"]
    psql = found.place.psql
    source = Stage(found.place.file("").exec_words("pg_dump", *words, "--dbname", psql.database))
    dumped, written = host.pipe(source, file.put_stage())
    if not (dumped.ok and written.ok):
        why = why_stopped(dumped, written)
        raise HostError(
            f"the source could not be brought into shape: {why}; nothing was changed. Look at: df --human-readable",
            dumped.stderr + written.stderr,
        )
    return Comparison(said, file, Rows())


@contextmanager
def _shaped_file(host: Host, service: str) -> Iterator[ContainerFile]:
    """Where that dump is; it does not stay. On a full disk no session begins before it is gone."""
    file = ContainerFile(host, service, _SHAPED)
    try:
        yield file
    finally:
        file.remove()


@dataclass(frozen=True)
class LookAtSource(Import, noun="import", verb="look"):
    """Show what is in a PostgreSQL database or dump from elsewhere, and what an import would make of it."""

    def run(self, host: Host) -> None:
        """Touches nothing but a container that is gone afterwards."""
        with prepared(host, self, rows=False) as found:
            tables = _replaced(live(host, self.service), found.role)
            host.out.result(to_json(ImportLook(found.facts, tables, found.brought.needed, free_bytes(host))))


def _replaced(psql: Psql, role: str) -> tuple[LiveTable, ...]:
    """The live tables that would be set aside."""
    own = psql.json(_OWN, role=role)
    return tuple(table for table in live_tables(psql) if table.schema in own)
