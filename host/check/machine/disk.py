"""How full the disk is, in bytes and in files, and the day on which no room is left."""

from collections.abc import Sequence
from datetime import datetime, timezone
from itertools import combinations, pairwise
from statistics import median

from host.check import history
from host.check.findings import Findings
from host.server.machine import Disk, fuller_disk, fuller_inodes, read_only
from host.watch.limits import DISK_PERCENT, FULL_WITHIN_DAYS

_DAY = 86_400
_WEEK = 7 * _DAY
_STEP = _DAY // 4
_STEPS = 5
"""At least a day of checks: less tells nothing of a night's dump."""
_FAR = 365 * _DAY
_Point = tuple[int, float]


def look_at_disk(found: Findings) -> None:
    """How full it is, and how many files it still takes."""
    found.disk, found.inodes = disk, inodes = fuller_disk(found.host), fuller_inodes(found.host)
    if folders := read_only(found.host):
        text = f"{' and '.join(folders)} can only be read, mostly after an error of the disk"
        found.problem("disk read only", f"{text}. Look at: journalctl --dmesg, and the provider's status page")
    if disk.used_percent >= DISK_PERCENT:
        found.problem("disk", f"the disk is {disk.used_percent} % full. Look at: df --human-readable")
    if inodes.used_percent >= DISK_PERCENT:
        text = f"{inodes.used_percent} % of the disk's inodes are used, so it soon takes no new file"
        found.problem("inodes", f"{text}. Look at: df --inodes")


def look_at_growth(found: Findings) -> None:
    """By what the checks of the last days found, and this one."""
    points = history.read(found.host, found.service)
    found.disk_full_on = _day(found, [(point.at, point.disk_free) for point in points], found.disk)
    found.inodes_full_on = _day(found, [(point.at, point.inodes_free) for point in points], found.inodes)
    if _is_near(found, found.disk_full_on):
        text = f"the disk will be full on {found.disk_full_on} at this rate"
        found.problem("disk growth", f"{text}. Look at: df --human-readable")
    if _is_near(found, found.inodes_full_on):
        text = f"the disk will have no inode left on {found.inodes_full_on} at this rate, and takes no new file then"
        found.problem("inodes growth", f"{text}. Look at: df --inodes")


def _day(found: Findings, before: list[tuple[int, int | None]], now: Disk | None) -> str:
    """The day as in 2026-12-05, "" where none is in sight."""
    if now is None:
        return ""
    known = [(at, free) for at, free in before if free is not None]
    left = seconds_until_none([*known, (found.now, now.free)])
    return f"{datetime.fromtimestamp(found.now + left, timezone.utc):%Y-%m-%d}" if left is not None else ""


def _is_near(found: Findings, day: str) -> bool:
    limit = datetime.fromtimestamp(found.now + FULL_WITHIN_DAYS * _DAY, timezone.utc)
    return bool(day) and day <= f"{limit:%Y-%m-%d}"


def seconds_until_none(points: Sequence[tuple[int, int]]) -> int | None:
    """Seconds from the last point on, which is now; None where it does not become less, or not within a year.

    `points` are (seconds, what was left). What goes on all day is seen after a day, what comes each night by the week.
    """
    now, left = points[-1]
    quarters: dict[int, list[int]] = {}
    for at, free in points:
        if now - _WEEK < at <= now:
            quarters.setdefault(at // _STEP, []).append(free)
    middles = [(quarter * _STEP, median(free)) for quarter, free in sorted(quarters.items())]
    if len(middles) < _STEPS:
        return None
    slope = min(_slope(list(pairwise(middles[-_STEPS:]))), _slope(list(combinations(middles, 2))))
    # Less than a year, and no division by next to nothing.
    return int(left / -slope) if slope * _FAR < -left else None


def _slope(pairs: Sequence[tuple[_Point, _Point]]) -> float:
    """The middle one (Theil and Sen): one big file is not a trend."""
    return median((later[1] - former[1]) / (later[0] - former[0]) for former, later in pairs)
