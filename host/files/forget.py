"""The snapshots of an app that went go before their time."""

from __future__ import annotations

from host.core.host import Host
from host.files.repository.expire import forget
from host.files.repository.snapshots import snapshots
from host.files.settings import find_settings, lock_name


def forget_app(host: Host, service: str, app: str) -> None:
    """Remove those of folders that only this app had, and none has now. Nothing to do where no files are backed up."""
    settings = find_settings(host, service)
    if settings is None:
        return
    declared = {one.path for one in settings.folders}
    with host.lock(lock_name(service)):
        opened = settings.open(host, service)
        opened.end_container()
        forget(opened, [one for one in snapshots(opened) if one.apps == (app,) and one.folder not in declared])
