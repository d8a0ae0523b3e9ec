"""The host's timers: which are active, when each elapses next, and what starts their services.

What a timer remembers: under /run when it was started and last elapsed, and with Persistent=true the file
/var/lib/systemd/timers/stamp-UNIT, whose time outlives a reboot: one that elapsed while the host was down starts its
service as soon as the host is up. The clock is looked at every second.
"""

import asyncio
import os
import random
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.host.dokku.core import files
from sandbox.host.systemd import calendar, journal, service, units

STAMPS = Path("/var/lib/systemd/timers")
_ACTIVE = units.STATE / "timers"
# While it is there the clock fires nothing, until the next boot: only a test's own tick does.
FROZEN = units.STATE / "frozen"


class BadTimerError(units.UnitError):
    """A timer that systemd would not start."""


@dataclass(frozen=True)
class Timer:
    """An active timer."""

    unit: units.Unit
    since: datetime
    last: datetime | None
    jitter: float  # 0 to 1, of RandomizedDelaySec; drawn anew whenever it elapses

    def next(self, *, delayed: bool = True) -> datetime | None:
        """When it elapses next: one that is overdue since before it was started is due at its start."""
        found = [at for spec in self.unit.all("Timer", "OnCalendar") if (at := _after(spec, self.last or self.since))]
        if not found:
            return None
        spread = service.seconds(self.unit.one("Timer", "RandomizedDelaySec", "0")) or 0.0
        return max(min(found), self.since) + timedelta(seconds=self.jitter * spread if delayed else 0)


def _after(spec: str, base: datetime) -> datetime | None:
    """One that was made nonsense after its start never elapses."""
    try:
        return calendar.parse(spec).after(base)
    except ValueError:
        return None


def _file(name: str) -> Path:
    return _ACTIVE / f"{name}.json"


def _stamp(name: str) -> Path:
    return STAMPS / f"stamp-{name}"


def start(name: str, now: datetime | None = None) -> None:
    """Make it active; BadTimerError with systemd's words when it lacks something."""
    if _file(name).exists():
        return
    unit = units.load(name)
    _check(unit)
    at = now or datetime.now(UTC)
    known: dict[str, float] = {"since": at.timestamp(), "jitter": random.random()}
    if unit.yes("Timer", "Persistent"):
        STAMPS.mkdir(parents=True, exist_ok=True)
        if not _stamp(name).exists():  # one that never ran has missed nothing
            _touch(name, at)
        if (stamped := _stamp(name).stat().st_mtime) < at.timestamp():  # one of the future is not believed
            known["last"] = stamped
    with files.changed_json(_file(name)) as held:
        held.update(known)
    journal.write(name, "systemd[1]", f"Started {unit.description}.")


def _check(unit: units.Unit) -> None:
    see = f"See system logs and 'systemctl status {unit.name}' for details."
    bad = f"Unit {unit.name} has a bad unit file setting.\n{see}"
    for spec in unit.all("Timer", "OnCalendar"):
        try:
            calendar.parse(spec)
        except ValueError as error:
            journal.write(unit.name, "systemd[1]", f"{unit.name}: {error}, ignoring")
            raise BadTimerError(bad) from error
    if not unit.all("Timer", "OnCalendar"):
        journal.write(unit.name, "systemd[1]", f"{unit.name}: Timer unit lacks value setting. Refusing.")
        raise BadTimerError(bad)
    if not units.exists(unit.triggers):
        raise BadTimerError(f"Unit {unit.triggers} not found.")


def stop(name: str) -> None:
    """No longer active; its stamp stays, as on the real thing."""
    _file(name).unlink(missing_ok=True)


def active(name: str) -> Timer | None:
    """The timer, if it is active and still there."""
    held = files.read_json(_file(name))
    if not held or not units.exists(name):
        return None
    last = datetime.fromtimestamp(held["last"], UTC) if "last" in held else None
    return Timer(units.load(name), datetime.fromtimestamp(held["since"], UTC), last, float(held["jitter"]))


def all_active() -> list[Timer]:
    """Every active timer, by name."""
    names = sorted(path.name.removesuffix(".json") for path in _ACTIVE.glob("*.json") if not path.name.startswith("."))
    return [timer for name in names if (timer := active(name))]


def boot() -> None:
    """What timers.target starts at boot; a unit that cannot be started keeps no other from it."""
    units.SYSTEM.mkdir(parents=True, exist_ok=True)
    for name in units.wanted("timers.target"):
        try:
            start(name)
        except units.UnitError as error:
            journal.write(name, "systemd[1]", str(error))


def tick(now: datetime, *, delayed: bool = True) -> dict[str, subprocess.Popen[bytes]]:
    """Start the service of every timer that has elapsed by `now`, and do not wait for it.

    Like systemd's, a timer whose service still runs waits for its end. `delayed` False: as if random delays were over.
    """
    started = {}
    for timer in all_active():
        at = timer.next(delayed=delayed)
        if at is None or at > now or service.last(timer.unit.triggers)["state"] == "activating":
            continue
        with files.changed_json(_file(timer.unit.name)) as held:
            held |= {"last": now.timestamp(), "jitter": random.random()}
        if timer.unit.yes("Timer", "Persistent"):
            _touch(timer.unit.name, now)
        started[timer.unit.triggers] = service.spawn(timer.unit.triggers)
    return started


def _touch(name: str, at: datetime) -> None:
    _stamp(name).touch()
    os.utime(_stamp(name), (at.timestamp(), at.timestamp()))


async def run() -> None:
    """Start what is enabled, then look at the clock, for ever."""
    boot()
    running: list[subprocess.Popen[bytes]] = []
    while True:
        running = [process for process in running if process.poll() is None]
        if not FROZEN.exists():
            running += tick(datetime.now(UTC)).values()
        await asyncio.sleep(1)
