"""Does every app of the stack run that should?"""

from __future__ import annotations

from host.check.apps.own import DEPLOYING_SECONDS, is_stopped_by_hand, own_apps
from host.check.findings import Findings
from host.core.host import Host
from host.dokku.containers import app_container_ids, containers


def look_at_apps(found: Findings) -> None:
    """Each process that Dokku keeps for an app must run, unless somebody stopped the app."""
    down = _down(found.host)
    if down:
        found.host.sleep(DEPLOYING_SECONDS)
        down = {app: states for app, states in _down(found.host).items() if app in down}
    for app, states in down.items():
        if not is_stopped_by_hand(found.host, app):
            found.apps_down.append(app)
            found.problem(f"app {app}", f"{app} does not run ({', '.join(states)}). Look at: dokku logs {app}")


def _down(host: Host) -> dict[str, list[str]]:
    """The stack's apps with processes that do not run, and Docker's words for those."""
    states = {one.id: one.state for one in containers(host)}
    found = {
        app: sorted({states.get(identity, "gone") for identity in app_container_ids(host, app)} - {"running"})
        for app in own_apps(host)
    }
    return {app: words for app, words in found.items() if words}
