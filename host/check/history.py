"""The figures of each check over time, a JSON object a line, for a month."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from host.check.findings import Findings
from host.core import files
from host.core.host import Host
from host.values.json_values import from_json
from host.watch.limits import CHECK_SECONDS
from host.watch.settings import folder

_LINES = 31 * 86_400 // CHECK_SECONDS
_MORE = 200
"""How many lines too many there may be before the oldest are cut off."""
_LONGEST = 65_536
"""Characters. A longer line is none that `append` wrote."""


@dataclass(frozen=True)
class Point:
    """One check. `at` is seconds of the epoch; `dump` the newest dump's name, "" for none, and `bytes` its size.

    None is a figure that could not be had.
    """

    at: int
    problems: int
    dump: str
    bytes: int
    disk_percent: int | None
    connections: int | None
    max_connections: int | None
    idle_transactions: int
    apps_down: tuple[str, ...]
    disk_free: int | None = None
    inodes_free: int | None = None


def append(host: Host, found: Findings) -> None:
    """Add what a check found."""
    point = Point(
        at=found.now,
        problems=len(found.problems),
        dump=found.newest.name if found.newest else "",
        bytes=found.newest.bytes if found.newest else 0,
        disk_percent=found.disk_percent,
        connections=found.connections,
        max_connections=found.max_connections,
        idle_transactions=found.idle_transactions,
        apps_down=tuple(found.apps_down),
        disk_free=found.disk.free if found.disk else None,
        inodes_free=found.inodes.free if found.inodes else None,
    )
    path = host.state.path(f"{folder(found.service)}/history")
    with path.open("a") as file:
        file.write(json.dumps(asdict(point)) + "\n")
    lines = files.read(path).splitlines()
    kept = [line for line in lines if len(line) <= _LONGEST]
    if len(kept) < len(lines) or len(lines) > _LINES + _MORE:
        files.write(path, "\n".join([*kept[-_LINES:], ""]), 0o600)


def read(host: Host, service: str) -> list[Point]:
    """The points, oldest first. A line that a power cut left half is left out."""
    found = []
    for line in files.read(host.state.path(f"{folder(service)}/history")).splitlines():
        try:
            found.append(_point(json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def _point(values: dict[str, Any]) -> Point:
    """Without what only earlier releases wrote: a month of figures outlives an update."""
    known = {field.name: values[field.name] for field in fields(Point) if field.name in values}
    return from_json(Point, known, "history")
