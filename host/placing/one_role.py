"""All schemas of one app's role change places with those of a dump, in the live database."""

from collections.abc import Sequence

from host.archive import order
from host.archive.entry import Entry
from host.archive.read import contents
from host.archive.shares import EXTENSIONS, Phase, Shares
from host.archive.whose import schema_of_extension
from host.core.errors import HostError
from host.dumps.container_file import ContainerFile
from host.loading.verdict import described, title
from host.placing.note import Note
from host.placing.schema_swap import Exchange
from host.postgres.grants import Rows
from host.scratch.load import shared
from host.values.text import printable

_COMES = range(Phase.PRE, Phase.LAST)


def exchange(
    source: ContainerFile, schemas: Sequence[str], note: Note, grants: Rows, *, large_objects: bool = False
) -> list[str]:
    """Put these schemas of a dump in the place of the live ones of the role `note.role`; the dated names of those, that
    of the role's own name first. `large_objects`: all of the dump's are the app's. HostError where nothing has changed.
    """
    host, service = source.host, source.service
    host.step(f"{service}: the schema {', '.join(map(printable, schemas))} changes places")
    archive = contents(source)
    entries = archive.entries
    found = shared(host, service, archive)
    require_its_own(entries, found, schemas)
    chosen = _to_load(entries, found, schemas, large_objects=large_objects)
    old = Exchange(source, note.role, schemas, chosen, note, _extensions(entries, schemas), grants).run()
    return sorted(old, key=lambda name: name != note.aside_name(note.role))


def require_its_own(entries: Sequence[Entry], found: Shares, schemas: Sequence[str]) -> None:
    """HostError where these schemas hold what their owner's role could not make in the live database."""
    owner = found.owners[schemas[0]]
    inside = {entry.id for entry in entries if entry.schema in schemas}
    others = [
        described(entry)
        for entry in entries
        if (entry.id in inside or (entry.kind == "CAST" and inside.intersection(entry.needs)))
        and found.phase(entry) in _COMES
        and found.loader(entry) not in (owner, EXTENSIONS)
    ]
    if others:
        raise HostError(
            f"{title(owner)} cannot be restored alone, since these are not its own: {', '.join(others)}. Restore the "
            "whole database, or look into the dump: ./petbase restore --into NAME"
        )


def _to_load(entries: Sequence[Entry], found: Shares, schemas: Sequence[str], *, large_objects: bool) -> list[Entry]:
    """What the app's role makes in the live database: nothing in other schemas, such as those of earlier restores."""
    owner = found.owners[schemas[0]]
    objects = order.large_objects(entries) if large_objects else frozenset()
    own = {entry.id for entry in entries if entry.kind == "SCHEMA" and entry.tag in schemas}
    inside = {*own}
    chosen = []
    for entry in entries:
        is_own = found.loader(entry) == owner or (entry.kind == "COMMENT" and own.intersection(entry.needs))
        is_here = entry.schema in schemas or (not entry.schema and inside.intersection(entry.needs))
        if entry.id in objects or (found.phase(entry) in _COMES and is_own and is_here):
            chosen.append(entry)
            inside.add(entry.id)
    return chosen


def _extensions(entries: Sequence[Entry], schemas: Sequence[str]) -> list[tuple[str, str]]:
    """The extensions that the app has in its schemas, each with its schema."""
    by_id = {entry.id: entry for entry in entries}
    found = [(one.tag, schema_of_extension(one, by_id)) for one in entries if one.kind == "EXTENSION"]
    return [(name, schema) for name, schema in found if schema in schemas]
