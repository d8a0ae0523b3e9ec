"""The whole database becomes the dump's, with what the dump does not have taken along; or the dump lies beside it."""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.dumps.container_file import ContainerFile
from host.placing.newer_schemas import taken_along
from host.placing.note import Note
from host.placing.settle import settle
from host.placing.swap import keep_beside, swap_database
from host.postgres.grants import give_grants, read_grants
from host.postgres.owners import restore_owners
from host.postgres.psql import inside, live
from host.restore.facts import Restored
from host.restore.growth import load_with_progress
from host.restore.scratch import RESTORED, oid_of
from host.values.text import printable


def restore(host: Host, file: ContainerFile, note: Note) -> Restored:
    """Load it beside the live database, and let the two change places. An app that cannot be restored keeps what it
    has. HostError where nothing has changed.
    """
    service = file.service
    loaded = load_with_progress(host, file)
    file.remove()
    held_back = [schema for verdict in loaded.failures for schema in verdict.schemas]
    with host.lock(SERVICES_LOCK):
        settle(host, service, RESTORED)
        with taken_along(host, service, RESTORED, held_back) as kept:
            give_grants(inside(host, service, RESTORED), read_grants(live(host, service), kept.schemas))
            restore_owners(inside(host, service, RESTORED))
            host.step(f"{service}: switching databases; open sessions end, and new ones see the restored data")
            old = swap_database(host, service, RESTORED, note, kept.holder)
    return Restored((old,), loaded.fingerprint, loaded.verdicts, tuple(map(printable, kept.schemas)))


def restore_beside(host: Host, file: ContainerFile, name: str, note: Note) -> Restored:
    """Load it under that name. What of it cannot be restored is not in it. HostError where there is one already."""
    service = file.service
    if oid_of(host, service, name):
        raise HostError(
            f"there is a database {name} beside it already. Take another name, or first: ./petbase drop-data {name}"
        )
    loaded = load_with_progress(host, file)
    file.remove()
    settle(host, service, RESTORED)
    keep_beside(host, service, RESTORED, name, note)
    return Restored((), loaded.fingerprint, loaded.verdicts)
