"""The check: it looks at everything, tells the dead man's switch, and writes down what it found."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone

from host.check import history
from host.check.apps import look_at_apps
from host.check.database import look_at_sessions
from host.check.drills import look_at_drills
from host.check.dumps import look_at_dumps, look_at_passphrase
from host.check.findings import Findings, duration
from host.check.server import look_at_certificates, look_at_disk
from host.check.status import status_of, write_status
from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.watch import alarm
from host.watch.settings import read_settings

_LOOKS: tuple[Callable[[Findings], None], ...] = (
    look_at_dumps,
    look_at_passphrase,
    look_at_disk,
    look_at_drills,
    look_at_certificates,
    look_at_sessions,
    look_at_apps,
)


@dataclass(frozen=True)
class RunCheck(Command, noun="check", verb="run"):
    """Check that the newest dump is young and readable, and that the server is well; tell the dead man's switch.

    It is apart from what makes the dumps, since a schedule that stopped says nothing.
    """

    service: str
    stdin = NONE

    # `resource` is "" and the lock is taken here: a full disk must be told, not stop the check.
    def run(self, host: Host) -> None:
        """HostError, for the unit to fail, with all problems."""
        settings = read_settings(host, self.service)
        with host.lock(f"check.{self.service}"):
            found = Findings(host, self.service, settings)
            for look in _LOOKS:
                _look(look, found)
            _tell(found)
            # A full disk takes no status either; the alarm is out by then.
            with suppress(OSError):
                write_status(host, status_of(found))
                history.append(host, found)
            if found.problems:
                raise HostError(_text(found))


@dataclass(frozen=True)
class TryAlarm(Command, noun="check", verb="test-alarm"):
    """Tell the dead man's switch of a failure, as in earnest; the next check takes it back."""

    service: str
    stdin = NONE

    def run(self, host: Host) -> None:
        """HostError where nobody is told, or where it was not heard."""
        if not alarm.read_url(host, self.service):
            raise HostError(
                "petbase:alertUrl is not set, so nobody is told. Set it: pulumi config set --secret petbase:alertUrl "
                "URL, and pulumi up"
            )
        problem = alarm.tell(
            host, self.service, f"{self.service}: a test of the alarm, by ./petbase alert --test\n", failing=True
        )
        if problem:
            raise HostError(problem)


def _look(look: Callable[[Findings], None], found: Findings) -> None:
    """One look that fails must not keep the others, and the alarm, from being."""
    try:
        look(found)
    except HostError as error:
        found.problem_of(error)
    except OSError as error:
        found.problem(f"the server refused a file: {error}. Look at: df --human-readable")


def _tell(found: Findings) -> None:
    text = _text(found)
    problem = alarm.tell(found.host, found.service, f"{text}\n", failing=bool(found.problems))
    if problem:
        found.problem(problem)
    elif not found.problems:
        found.host.step(text)


def _text(found: Findings) -> str:
    if found.problems:
        return "\n".join(f"{found.service}: {problem}" for problem in found.problems)
    return f"{found.service}: {_newest(found)}\n{_others(found)}"


def _newest(found: Findings) -> str:
    newest = found.newest
    if newest is None:
        return f"no dump yet; the first is due by {found.settings.schedule} UTC"
    age = duration(found.now - int(newest.at.timestamp()))
    return f"the newest dump is {newest.name}, {age} old, {newest.bytes} bytes, read back"


def _others(found: Findings) -> str:
    drilled = datetime.fromtimestamp(found.drilled, timezone.utc)
    good = f"{drilled:%Y-%m-%d %H:%M} UTC" if found.drilled else "none yet"
    parts = [f"disk {found.disk_percent} % full", f"newest good drill: {good}"]
    if found.certificates:
        app, days = min(found.certificates.items(), key=lambda item: item[1])
        parts.append(f"next certificate to end: {app}, in {days} days")
    return "; ".join(parts)
