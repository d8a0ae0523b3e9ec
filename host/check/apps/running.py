"""Does every app of the stack run that should, and stay up? Docker starts what died anew, so mostly it runs."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from host.app.dokku_files import gap
from host.app.rename_state import takes_over
from host.check.findings import AGAIN, Findings
from host.core import files
from host.core.host import Host
from host.core.ownership import stack_of
from host.dokku import config
from host.dokku.containers import Container, app_container_ids, containers
from host.postgres.psql import container
from host.watch.limits import RESTARTS
from host.watch.settings import folder

DEPLOYING_SECONDS = 15
"""A deploy changes containers and Dokku's notes of them one after the other; so what is down is looked at twice."""
_FORMAT = "{{.Name}} {{.Id}} {{.RestartCount}}"


def own_apps(host: Host) -> list[str]:
    """The stack's apps, in order; not one that takes another's name, since the old one serves until it is built."""
    apps = [app for app in host.state.names("apps") if stack_of(host, f"apps/{app}") == host.stack]
    return [app for app in apps if not takes_over(host, app)]


def is_stopped_by_hand(host: Host, app: str) -> bool:
    """Whether somebody stopped it on purpose: `ps:stop` sets this property, a variable before Dokku 0.38."""
    restore = files.read(host.path(f"/var/lib/dokku/config/ps/{app}/restore")).strip()
    return restore == "false" if restore else config.get(host, app, "DOKKU_APP_RESTORE") == "0"


def look_at_apps(found: Findings) -> None:
    """Each process that Dokku keeps for an app must run and be reached, unless somebody stopped the app."""
    troubles = _troubles(found.host)
    if troubles:
        found.host.sleep(DEPLOYING_SECONDS)
        troubles = {app: text for app, text in _troubles(found.host).items() if app in troubles}
    for app, text in troubles.items():
        if not is_stopped_by_hand(found.host, app):
            found.apps_down.append(app)
            found.problem(f"app {app}", f"{app} {text}")


def _troubles(host: Host) -> dict[str, str]:
    """What is wrong with each of the stack's apps of which something is, and the way out."""
    running = containers(host)
    found = {app: _not_running(host, app, running) or _unreached(host, app, running) for app in own_apps(host)}
    return {app: text for app, text in found.items() if text}


def _not_running(host: Host, app: str, found: Sequence[Container]) -> str:
    states = {one.id: one.state for one in found}
    words = sorted({states.get(identity, "gone") for identity in app_container_ids(host, app)} - {"running"})
    return f"does not run ({', '.join(words)}). Look at: dokku logs {app}" if words else ""


def _unreached(host: Host, app: str, found: Sequence[Container]) -> str:
    missing = gap(host, app, found)
    way_out = f"Try: dokku {missing.verb}" if missing and missing.verb else AGAIN
    return f"{missing.says}. {way_out}" if missing else ""


def look_at_restarts(found: Findings) -> None:
    """More than a few since the last check. It lasts until a check finds none."""
    names = _containers(found)
    counts = _counts(found, names)
    note = f"{folder(found.service)}/restarts"
    before = found.host.state.read(note) or {}
    looping = [identity for identity, count in counts.items() if _loops(before, identity, count)]
    for name, times in _by_name(names, counts, before, looping).items():
        found.problem(
            f"restarts {name}", f"{name} restarted {times} times since the last check. Look at: {_log(found, name)}"
        )
    # On a full disk the next check counts from here.
    with suppress(OSError):
        found.host.state.write(note, counts=counts, looping=looping)


def _containers(found: Findings) -> dict[str, str]:
    """What each container belongs to, by its id; the database's by its name."""
    apps = {identity: app for app in own_apps(found.host) for identity in app_container_ids(found.host, app)}
    return {**apps, container(found.service): found.service}


def _counts(found: Findings, names: Mapping[str, str]) -> dict[str, int]:
    """Docker's figures, by the words that it was asked with. A container that is gone is told elsewhere."""
    answer = found.host.ask("docker", "inspect", "--format", _FORMAT, *names)
    counts = {}
    for line in answer.stdout.splitlines():
        name, identity, count = line.split()
        asked = identity if identity in names else name.removeprefix("/")
        counts[asked] = int(count)
    return counts


def _loops(before: Mapping[str, Any], identity: str, count: int) -> bool:
    """A container that the last check did not see counts from its first start."""
    if not before:
        return False
    more = count - int(before["counts"].get(identity, 0))
    return more >= (1 if identity in before["looping"] else RESTARTS)


def _by_name(
    names: Mapping[str, str], counts: Mapping[str, int], before: Mapping[str, Any], looping: list[str]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for identity in looping:
        name = names[identity]
        found[name] = found.get(name, 0) + counts[identity] - before["counts"].get(identity, 0)
    return found


def _log(found: Findings, name: str) -> str:
    return f"dokku postgres:logs {name}" if name == found.service else f"dokku logs {name}"
