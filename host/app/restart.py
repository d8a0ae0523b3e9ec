"""An app restarts once, after all that changed it is in.

What changes an app is noted first, so that a run that is cut off before the restart is made up for by the next.
"""

from host.app.finish_rename import finish_rename
from host.core.host import Host
from host.dokku.apps import is_deployed, restart


def owe_restart(host: Host, app: str) -> None:
    """Note that the app must restart; comes before the change that it is for."""
    host.state.write(_state(app), owed=True)


def restart_if_owed(host: Host, app: str, why: str, *, must_start: bool = True) -> None:
    """Restart a deployed app that something was changed for; nothing to do otherwise. `why`: "variables", "link" …

    An app that was renamed is built under its new name instead. The restart stays owed until the app has come up.
    Without `must_start`, one that does not start is told of and no error: its settings go, and perhaps the app itself.
    """
    built = finish_rename(host, app)
    if not built and host.state.exists(_state(app)) and is_deployed(host, app):
        host.step(f"{app}: restarting with its new {why}")
        if must_start:
            host.dokku("ps:restart", app)
        elif not restart(host, app):
            return
    host.state.remove(_state(app))


def _state(app: str) -> str:
    return f"apps/{app}/restart"
