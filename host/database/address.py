"""The address of a service's container, which linked apps know by number.

Docker's link tells an app the address that the service had when the app's container was made. A container that is made
anew may get another one, which no app hears of (moby#10066); the plugin itself asks for a ps:restart (contract 396).
"""

from functools import partial

from host.core.host import Host
from host.dokku.apps import is_deployed, restart
from host.dokku.services import linked_apps
from host.postgres.psql import container

_FORMAT = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"


def note_address(host: Host, service: str) -> None:
    """Note the address before the container goes. The note of a run that was cut off stays: it is the older one."""
    if not host.state.exists(f"services/{service}/address"):
        host.state.write(f"services/{service}/address", address=_address(host, service))


def restart_apps_if_moved(host: Host, service: str) -> None:
    """Restart the deployed apps where the address is another one than the noted.

    An app that does not start again neither delays the others nor counts as a failure of the database.
    """
    noted = host.state.read(f"services/{service}/address")
    if noted is None:
        return
    if noted.get("address") != _address(host, service):
        for app in filter(partial(is_deployed, host), linked_apps(host, service)):
            host.step(f"{service}: has another address; restarting {app}")
            restart(host, app)
    host.state.remove(f"services/{service}/address")


def _address(host: Host, service: str) -> str:
    answer = host.ask("docker", "inspect", "--type", "container", "--format", _FORMAT, container(service))
    return answer.stdout.strip()
