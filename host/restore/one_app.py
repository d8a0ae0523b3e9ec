"""One app's schemas, all of them together, out of a dump into the live database. Imports bring large objects."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from host.archive.read import contents
from host.archive.shares import Kind, Shares
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.dumps.container_file import ContainerFile
from host.loading.named_roles import ensure_named
from host.placing.live_schemas import role_of
from host.placing.newer_schemas import install_extensions
from host.placing.note import Note
from host.placing.one_role import exchange, require_its_own
from host.placing.restored import Restored
from host.postgres.grants import has_record, read_grants, recorded_roles, renamed_role
from host.postgres.owners import restore_owners
from host.postgres.psql import database_name, inside, live
from host.postgres.schema_record import PETBASE
from host.scratch.database import RESTORED
from host.scratch.dump_schemas import WORK_FILE, dump_schemas
from host.scratch.growth import load_with_progress
from host.scratch.load import Loaded, Scope, shared
from host.values.text import printable

_RENAME = 'ALTER SCHEMA :"was" RENAME TO :"schema"'


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
        install_extensions(host, file.service, RESTORED, database_name(file.service))
        with host.lock(SERVICES_LOCK):
            granted = read_grants(inside(host, file.service, RESTORED) if recorded else live(host, file.service), names)
            grants = renamed_role(granted, loaded.shares.owners[was].name, role)
            old = exchange(source, names, replace(note, role=role), grants, large_objects=large_objects)
    finally:
        work.remove()
    file.remove()
    return Restored(tuple(old), loaded.fingerprint, loaded.verdicts)


def _give_recorded_grants(host: Host, service: str) -> bool:
    """Whether the restored database has a record of its grants, by which they are given there."""
    scratch = inside(host, service, RESTORED)
    if not has_record(scratch):
        return False
    ensure_named(host, service, recorded_roles(scratch))
    restore_owners(scratch)
    return True


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
    for verdict in loaded.failures:
        if {*verdict.schemas} & {*schemas}:
            raise HostError(verdict.sentence())
    require_its_own(loaded.entries, loaded.shares, schemas)


def _renamed(work: ContainerFile, names: Sequence[str], schema: str, was: str) -> ContainerFile:
    """A dump of the restored schemas, of which one got its new name."""
    inside(work.host, work.service, RESTORED).execute(_RENAME, was=was, schema=schema)
    dump_schemas(work, names, RESTORED)
    return work
