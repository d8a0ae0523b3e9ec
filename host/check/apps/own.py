"""The apps that a check looks at."""

from __future__ import annotations

from host.core import files
from host.core.host import Host
from host.core.ownership import owner_of
from host.dokku import config

DEPLOYING_SECONDS = 15
"""A deploy changes containers and Dokku's notes of them one after the other; so what is down is looked at twice."""


def own_apps(host: Host) -> list[str]:
    """The stack's apps, in order."""
    owners = {app: owner_of(host, f"apps/{app}") for app in host.state.names("apps")}
    return [app for app, owner in owners.items() if owner and owner.stack == host.stack]


def is_stopped_by_hand(host: Host, app: str) -> bool:
    """Whether somebody stopped it on purpose: `ps:stop` sets this property, a variable before Dokku 0.38."""
    restore = files.read(host.path(f"/var/lib/dokku/config/ps/{app}/restore")).strip()
    return restore == "false" if restore else config.get(host, app, "DOKKU_APP_RESTORE") == "0"
