"""routes.json: which name leads to which app's process. Only this module writes it, and only the router reads it."""

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.paths import SANDBOX
from sandbox.host.dokku.processes import processes

_ROUTES = SANDBOX / "routes.json"


def publish() -> None:
    """Write it anew from what there is.

    An app without a running process keeps its name and answers 502, as behind nginx. Of two apps with one name
    the first by the alphabet has it: Dokku's nginx includes /home/dokku/*/nginx.conf and ignores a name that is taken.
    """
    with files.changed_json(_ROUTES) as routes:
        routes.clear()
        for app in apps.names():
            process = processes.known(app)
            where = (
                {"address": process["address"], "port": process["port"]}
                if process
                else {"address": "127.0.0.1", "port": 0}
            )
            for name in apps.vhosts(app) if (apps.home(app) / "nginx.conf").exists() else ():
                routes.setdefault(name, {**where, "app": app})
