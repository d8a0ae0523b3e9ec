"""A loaded database as the live one is: its settings, who may connect, whose its objects are."""

from __future__ import annotations

from host.core.host import Host
from host.loading.session import inside
from host.placing.settings import copy_settings
from host.postgres.owners import restore_owners


def settle(host: Host, service: str, name: str) -> None:
    """Make a database ready to take the live one's place."""
    host.step(f"{service}: giving every object to its app's role")
    copy_settings(host, service, name)
    restore_owners(inside(host, service, name))
