"""A dump as a database of its own beside the live one, to look into."""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import ContainerFile
from host.placing.note import Note
from host.placing.settle import settle
from host.placing.swap import keep_beside
from host.restore.facts import Restored
from host.restore.growth import load_with_progress
from host.restore.scratch import RESTORED, oid_of


def restore(host: Host, file: ContainerFile, name: str, note: Note) -> Restored:
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
