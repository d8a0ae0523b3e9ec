"""Does every app of the stack run that should?"""

from __future__ import annotations

from host.check.findings import Findings
from host.core.host import Host
from host.core.ownership import owner_of
from host.dokku import config
from host.dokku.containers import app_container_ids, containers

_STOPPED_BY_HAND = "0"
"""What `dokku ps:stop` sets DOKKU_APP_RESTORE to (plugins/ps, Dokku 0.38)."""
_DEPLOYING_SECONDS = 15
"""A deploy changes containers and Dokku's notes of them one after the other; so what is down is looked at twice."""


def look_at_apps(found: Findings) -> None:
    """Each process that Dokku keeps for an app must run, unless somebody stopped the app."""
    down = _down(found.host)
    if down:
        found.host.sleep(_DEPLOYING_SECONDS)
        down = {app: states for app, states in _down(found.host).items() if app in down}
    for app, states in down.items():
        if config.get(found.host, app, "DOKKU_APP_RESTORE") != _STOPPED_BY_HAND:
            found.apps_down.append(app)
            found.problem(f"{app} does not run ({', '.join(states)}). Look at: dokku logs {app}")


def _down(host: Host) -> dict[str, list[str]]:
    """The stack's apps with processes that do not run, and Docker's words for those."""
    states = {one.id: one.state for one in containers(host)}
    found = {}
    for app in host.state.names("apps"):
        owner = owner_of(host, f"apps/{app}")
        if owner and owner.stack == host.stack:
            found[app] = sorted(
                {states.get(identity, "gone") for identity in app_container_ids(host, app)} - {"running"}
            )
    return {app: words for app, words in found.items() if words}
