"""One app's schemas, all of them together, out of a dump into the live database. Imports bring large objects."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from host.archive import order
from host.archive.entry import Entry
from host.archive.read import contents
from host.archive.shares import EXTENSIONS, Kind, Phase, Shares
from host.archive.whose import schema_of_extension
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.dumps.container_file import ContainerFile
from host.loading.named_roles import ensure_named
from host.loading.verdict import described, title
from host.placing.live_schemas import role_of
from host.placing.newer_schemas import WORK_FILE, dump_schemas, install_extensions
from host.placing.note import Note
from host.placing.schema_swap import Exchange
from host.postgres.grants import has_record, read_grants, recorded_roles, renamed_role
from host.postgres.owners import restore_owners
from host.postgres.psql import database_name, inside, live
from host.postgres.schema_record import PETBASE
from host.restore.facts import Restored
from host.restore.growth import load_with_progress
from host.restore.load import Loaded, Scope, shared
from host.restore.scratch import RESTORED
from host.values.text import printable

_RENAME = 'ALTER SCHEMA :"was" RENAME TO :"schema"'


_COMES = range(Phase.PRE, Phase.LAST)


def restore(
    host: Host,
    file: ContainerFile,
    schema: str,
    was: str,
    note: Note,
    *,
    check: Callable[[Loaded], None] = lambda _: None,
    large_objects: bool = False,
) -> Restored:
    """Put an app's schemas in place; `schema` was called `was` in the dump. HostError where nothing has changed.

    `check` looks at what was loaded before it takes any place. `large_objects`: all of the dump's are the app's.
    """
    role = role_of(live(host, file.service), schema)
    if not role:
        raise HostError(f"the schema {schema} belongs to no app's role here; restore the whole database instead")
    schemas = _of_the_same_owner(shared(host, file.service, contents(file)), schema, was)
    loaded = load_with_progress(host, file, Scope(schemas=frozenset([*schemas, PETBASE]), large_objects=large_objects))
    _require_its_own(loaded, schemas)
    check(loaded)
    recorded = _give_recorded_grants(host, file.service)
    names = [schema if one == was else one for one in schemas]
    work = ContainerFile(host, file.service, WORK_FILE)
    try:
        source = _renamed(work, names, schema, was) if was != schema else file
        old = _exchanged(
            source,
            names,
            replace(note, role=role),
            loaded.shares.owners[was].name,
            recorded=recorded,
            large_objects=large_objects,
        )
    finally:
        work.remove()
    file.remove()
    # The app's own name first: it is shown for all of them.
    old.sort(key=lambda name: name != note.aside_name(schema))
    return Restored(tuple(old), loaded.fingerprint, loaded.verdicts)


def _give_recorded_grants(host: Host, service: str) -> bool:
    """Whether the restored database has a record of its grants, by which they are given there."""
    scratch = inside(host, service, RESTORED)
    if not has_record(scratch):
        return False
    ensure_named(host, service, recorded_roles(scratch))
    restore_owners(scratch)
    return True


def _exchanged(
    source: ContainerFile, names: Sequence[str], note: Note, owner: str, *, recorded: bool, large_objects: bool
) -> list[str]:
    """Put the schemas of a dump in the place of the live ones, whose dated names come back. `owner` had them there."""
    host, service = source.host, source.service
    install_extensions(host, service, RESTORED, database_name(service))
    host.step(f"{service}: the schema {', '.join(map(printable, names))} changes places")
    archive = contents(source)
    chosen = _to_load(archive.entries, shared(host, service, archive), names, large_objects=large_objects)
    with host.lock(SERVICES_LOCK):
        own = _extensions(archive.entries, names)
        granted = read_grants(inside(host, service, RESTORED) if recorded else live(host, service), names)
        grants = renamed_role(granted, owner, note.role)
        return Exchange(source, note.role, names, chosen, note, own, grants).run()


def _of_the_same_owner(found: Shares, schema: str, was: str) -> list[str]:
    """All schemas that the owner of one has in the dump: its journal of migrations may be in another one."""
    if was not in found.owners:
        raise HostError(f"the dump holds no schema {printable(was)}")
    if was != schema and schema in found.owners:
        raise HostError(f"the dump holds {was} and {schema}, so the one cannot become the other")
    owner = found.owners[was]
    return [one for one, other in found.owners.items() if other == owner] if owner.kind is Kind.APP else [was]


def _require_its_own(loaded: Loaded, schemas: Sequence[str]) -> None:
    """HostError where it did not load, or holds what the app's role could not make in the live database."""
    owner = loaded.shares.owners[schemas[0]]
    for verdict in loaded.failures:
        if {*verdict.schemas} & {*schemas}:
            raise HostError(verdict.sentence())
    others = [
        described(entry)
        for entry in loaded.entries
        if (entry.schema in schemas or entry.kind == "CAST")
        and loaded.shares.phase(entry) in _COMES
        and loaded.shares.loader(entry) not in (owner, EXTENSIONS)
    ]
    if others:
        raise HostError(
            f"{title(owner)} cannot be restored alone, since these are not its own: {', '.join(others)}. Restore the "
            "whole database, or look into the dump: ./petbase restore --into NAME"
        )


def _renamed(work: ContainerFile, names: Sequence[str], schema: str, was: str) -> ContainerFile:
    """A dump of the restored schemas, of which one got its new name."""
    inside(work.host, work.service, RESTORED).execute(_RENAME, was=was, schema=schema)
    dump_schemas(work, names, RESTORED)
    return work


def _to_load(entries: Sequence[Entry], found: Shares, schemas: Sequence[str], *, large_objects: bool) -> list[Entry]:
    """What the app's role makes in the live database."""
    owner = found.owners[schemas[0]]
    own = {entry.id for entry in entries if entry.kind == "SCHEMA" and entry.tag in schemas}
    objects = order.large_objects(entries) if large_objects else frozenset()
    return [
        entry
        for entry in entries
        if entry.id in objects
        or (
            found.phase(entry) in _COMES
            and (found.loader(entry) == owner or (entry.kind == "COMMENT" and own.intersection(entry.needs)))
        )
    ]


def _extensions(entries: Sequence[Entry], schemas: Sequence[str]) -> list[tuple[str, str]]:
    """The extensions that the app has in its schemas, each with its schema."""
    by_id = {entry.id: entry for entry in entries}
    found = [(one.tag, schema_of_extension(one, by_id)) for one in entries if one.kind == "EXTENSION"]
    return [(name, schema) for name, schema in found if schema in schemas]
