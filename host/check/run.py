"""The check: it looks at everything, tells the dead man's switch, and writes down what it found."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone

from host.check import history
from host.check.apps.answers import look_at_answers
from host.check.apps.deploys import look_at_deploys
from host.check.apps.running import look_at_apps, look_at_restarts
from host.check.certificates import look_at_certificates, look_at_clock
from host.check.database import look_at_sessions
from host.check.disk import look_at_disk, look_at_growth, look_at_memory
from host.check.dumps import look_at_drills, look_at_dumps, look_at_found_dumps, look_at_passphrase
from host.check.files import look_at_copy, look_at_files
from host.check.findings import Findings, duration
from host.check.its_own import look_at_notes, look_at_timers
from host.check.schedule import look_at_schedule
from host.check.status import status_of, write_status
from host.check.updates import look_at_reboot, look_at_updates
from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.values.text import size
from host.watch import alarm
from host.watch.channels.deliver import tell_changes
from host.watch.settings import UNREADABLE, WatchSettings, find_settings, read_settings

_Look = Callable[[Findings], None]
_PATIENCE = 180
"""Seconds for each program: what hangs is told, and stops no other look. All of it ends within the grace time of a
switch."""
_AT_DUMPS: dict[str, _Look] = {
    "look at schedule": look_at_schedule,
    "look at dumps": look_at_dumps,
    "look at passphrase": look_at_passphrase,
    "look at drills": look_at_drills,
    "look at the second store": look_at_copy,
    "look at files": look_at_files,
}
"""Not while backups are paused: nothing can be young then."""
_AT_FOUND_DUMPS: dict[str, _Look] = {"look at dumps": look_at_found_dumps}
"""In their place where others make the dumps."""
_AT_THE_REST: dict[str, _Look] = {
    "look at notes": look_at_notes,
    "look at timers": look_at_timers,
    "look at disk": look_at_disk,
    "look at growth": look_at_growth,
    "look at memory": look_at_memory,
    "look at certificates": look_at_certificates,
    "look at clock": look_at_clock,
    "look at updates": look_at_updates,
    "look at reboot": look_at_reboot,
    "look at sessions": look_at_sessions,
    "look at apps": look_at_apps,
    "look at answers": look_at_answers,
    "look at restarts": look_at_restarts,
    "look at deploys": look_at_deploys,
}
"""By what a failure of the look itself is about. Apps that do not run are not asked for an answer."""


@dataclass(frozen=True)
class RunCheck(Command, noun="check", verb="run"):
    """Check that the newest dump is young and readable, and that the server and its apps are well; tell who is to know.

    It is apart from what makes the dumps, since a schedule that stopped says nothing.
    """

    service: str
    stdin = NONE

    # Without `lock=`, which is taken here: a full disk must be told, not stop the check.
    def run(self, host: Host) -> None:
        """HostError, for the unit to fail, with all problems."""
        settings = find_settings(host, self.service) or read_settings(host, self.service)
        host = host.impatient(_PATIENCE)
        with host.lock(f"check.{self.service}"):
            alarm.begin(host, self.service)
            found = Findings(host, self.service, settings)
            for about, look in {**_looks_at_dumps(settings), **_AT_THE_REST}.items():
                _look(about, look, found)
            _tell(found)
            # A full disk takes no status either; the alarm is out by then.
            with suppress(OSError):
                write_status(host, status_of(found))
                history.append(host, found)
            if found.problems:
                raise HostError(_text(found))


def _looks_at_dumps(settings: WatchSettings) -> dict[str, _Look]:
    if settings.paused or settings == UNREADABLE:
        return {}
    return _AT_FOUND_DUMPS if settings.found else _AT_DUMPS


def _look(about: str, look: _Look, found: Findings) -> None:
    """One look that fails must not keep the others, and the alarm, from being."""
    try:
        look(found)
    except HostError as error:
        found.problem_of(about, error)
    except OSError as error:
        found.problem(about, f"the server refused a file: {error}. Look at: df --human-readable")
    except Exception as error:  # noqa: BLE001 (an answer that nobody foresaw is told as well)
        reason = found.host.out.masked(f"{type(error).__name__}: {error}")
        found.problem(about, f"the check itself failed ({about}: {reason})")


def _tell(found: Findings) -> None:
    """The channels, then the switch, which hears of channels that do not answer; and the channels of the switch."""
    host, service = found.host, found.service
    unheard = tell_changes(host, service, found.problems)
    found.problems.update(unheard)
    text = _text(found)
    if problem := alarm.tell(host, service, f"{text}\n", failing=bool(found.problems)):
        found.problem("alert", problem)
    elif not found.problems:
        host.step(text)
    found.problems.update(tell_changes(host, service, found.problems, without=unheard))


def _text(found: Findings) -> str:
    if found.problems:
        return "\n".join(f"{found.service}: {problem}" for problem in found.problems.values())
    return f"{found.service}: {_newest(found)}\n{_others(found)}"


def _newest(found: Findings) -> str:
    newest = found.newest
    if found.settings.paused:
        return "backups are paused, so no dump is due"
    if newest is None:
        return f"no dump yet; the first is due by {found.settings.schedule} UTC"
    age = duration(found.now - int(newest.at.timestamp()))
    known = "never read back or restored, since Petbase does not make it" if found.settings.found else "read back"
    return f"the newest dump is {newest.name}, {age} old, {size(newest.bytes)}, {known}"


def _others(found: Findings) -> str:
    drilled = datetime.fromtimestamp(found.drilled, timezone.utc)
    good = f"{drilled:%Y-%m-%d %H:%M} UTC" if found.drilled else "none yet"
    full = f", 100 % on {found.disk_full_on} at this rate" if found.disk_full_on else ""
    parts = [f"disk {found.disk_percent} % full{full}"]
    if not found.settings.found:
        parts.append(f"newest good drill: {good}")
    if found.certificates:
        app, days = min(found.certificates.items(), key=lambda item: item[1])
        parts.append(f"next certificate to end: {app}, in {days} days")
    return "; ".join(parts)
