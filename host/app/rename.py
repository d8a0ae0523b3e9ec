"""An app that takes another name. Its data comes along, and it serves all the time.

Dokku's own rename loses domains and stops the app before it builds it anew. So the app is cloned, and its old self
serves on until the new one is built and has what a clone lacks (finish_rename.py, in place of the restart at the end of
the settings). The state of the app moves to the new name in one step, when the clone is whole.
"""

from dataclasses import replace

from host.app.finish_rename import finish_rename
from host.app.rename_state import Rename, forget, pending, write
from host.app.restart import owe_restart
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import owner_of
from host.dokku.apps import app_exists, destroy_app, is_deployed
from host.dokku.services import service_exists
from host.postgres.psql import Psql, SqlError

_COUNT_SCHEMAS = "SELECT count(*) FROM pg_namespace WHERE nspname = :'schema'"


def check_schema(host: Host, service: str, schema: str, old: str) -> None:
    """HostError where the service has a schema of the new name already: it would be in the way of the old one's."""
    if not service_exists(host, service):
        return
    try:
        count = Psql(host, service).value(_COUNT_SCHEMAS, schema=schema)
    except SqlError as problem:
        raise HostError(f"{service} does not answer; nothing was changed", problem.tail) from None
    if count != "0":
        raise HostError(
            f"{service} has a schema {schema} already, so {old} cannot take that name; nothing was changed. Write "
            f"schema: {old} to keep its own, or see ./petbase kept"
        )


def clone(host: Host, old: str, new: str, service: str = "", schema: str = "") -> None:
    """Make the new app of the old one and move its state. Until that move, a run that was cut off starts over."""
    begun = pending(host, old)
    if begun and begun.target == old:
        raise HostError(
            f"{old} still takes over from {begun.source}, which serves until {old} is built; nothing was changed. Call "
            f"it {old} in the stack file, run pulumi up, and rename it then"
        )
    if begun and begun.target != new:
        _forget_clone(host, old)
    with host.lock(SERVICES_LOCK):
        if app_exists(host, new):
            _throw_away(host, old, new)
        host.step(f"{old}: becomes {new}; it serves on until {new} is built")
        rename = Rename(old, new, service=service, schema=schema)
        write(host, old, rename)
        host.dokku("apps:clone", "--skip-deploy", old, new)
        domains = host.dokku("domains:report", old, "--domains-app-vhosts").split()
        write(host, old, replace(rename, deployed=is_deployed(host, old), domains=tuple(domains)))
        host.state.remove_all(f"apps/{new}")
        host.state.move(f"apps/{old}", f"apps/{new}")


def _throw_away(host: Host, old: str, new: str) -> None:
    """Destroy a clone that was cut off. HostError for an app that is not a clone."""
    begun = pending(host, old)
    if not begun or begun.target != new:
        raise HostError(
            f"{old} and {new} are both on this server, so one cannot become the other; nothing was changed. Remove "
            f"was: {old}, or one of the two"
        )
    host.step(f"{new}: a rename was cut off, starting over")
    destroy_app(host, new)


def take_back(host: Host, app: str, successor: str) -> bool:
    """Undo a rename of this app that did not come to its end: the app still serves, so only its clone goes.

    `successor` is the new name that it had for a while. A rename whose end alone is missing is finished instead.
    Whether something was undone.
    """
    begun = pending(host, successor) if successor else None
    if begun and begun.source == app:
        if begun.built or not app_exists(host, app):
            finish_rename(host, successor)
            return False
        host.step(f"{successor}: was not finished, so it is {app} again")
        # Its variables and its role may have changed by then.
        owe_restart(host, successor)
        host.state.remove_all(f"apps/{app}")
        host.state.move(f"apps/{successor}", f"apps/{app}")
    return _forget_clone(host, app)


def _forget_clone(host: Host, app: str) -> bool:
    """Throw away what a rename of this app that was given up has left; whether there was one."""
    begun = pending(host, app)
    if not begun or begun.source != app:
        return False
    with host.lock(SERVICES_LOCK):
        # An app of that name that has an owner was made since.
        if app_exists(host, begun.target) and not owner_of(host, f"apps/{begun.target}"):
            destroy_app(host, begun.target)
    forget(host, app)
    return True
