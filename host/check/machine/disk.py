"""Room on the disk and for files: how much is left, and the day on which none is."""

from __future__ import annotations

from datetime import datetime, timezone

from host.check import history
from host.check.findings import Findings
from host.check.machine.forecast import seconds_until_none
from host.core.limits import DISK_PERCENT, FULL_WITHIN_DAYS
from host.system.disk import Disk, fuller_disk, fuller_inodes

_DAY = 86_400


def look_at_disk(found: Findings) -> None:
    """How full it is, and how many files it still takes."""
    found.disk, found.inodes = disk, inodes = fuller_disk(found.host), fuller_inodes(found.host)
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
