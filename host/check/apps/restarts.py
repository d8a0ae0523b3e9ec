"""Does a container die and start again, over and over? Docker starts it anew, so most of the time it runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from host.check.apps.own import own_apps
from host.check.findings import Findings
from host.core.limits import RESTARTS
from host.dokku.containers import app_container_ids
from host.postgres.psql import container
from host.watch.settings import folder

_FORMAT = "{{.Name}} {{.Id}} {{.RestartCount}}"


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
