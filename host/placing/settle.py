"""A loaded database as the live one is: its settings, who may connect, whose its objects are."""

from __future__ import annotations

from host.core.host import Host
from host.loading.named_roles import ensure_named
from host.loading.session import inside, live
from host.placing.settings import copy_settings
from host.postgres.grants import give_grants, has_record, read_grants, recorded_roles
from host.postgres.owners import restore_owners


def settle(host: Host, service: str, name: str) -> None:
    """Make a database ready to take the live one's place. One that has no record of its grants gets the live one's."""
    host.step(f"{service}: giving every object to its app's role, and to others what they were granted")
    copy_settings(host, service, name)
    psql = inside(host, service, name)
    recorded = has_record(psql)
    ensure_named(host, service, recorded_roles(psql))
    restore_owners(psql)
    if not recorded:
        give_grants(psql, read_grants(live(host, service)))
