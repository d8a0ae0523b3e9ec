"""The check: it looks at everything, tells the dead man's switch, and writes down what it found."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from host.check import history
from host.check.apps.answers import look_at_answers
from host.check.apps.certificates import look_at_certificates
from host.check.apps.deploys import look_at_deploys
from host.check.apps.nginx import look_at_nginx
from host.check.apps.running import look_at_apps, look_at_restarts
from host.check.apps.served import look_at_served
from host.check.database import look_at_held_back, look_at_sessions
from host.check.dumps import look_at_drills, look_at_dumps, look_at_passphrase
from host.check.files import look_at_copy, look_at_files
from host.check.findings import Findings, in_words
from host.check.found_dumps import look_at_found_dumps
from host.check.locks import look_at_locks
from host.check.machine.clock import look_at_clock, look_at_cron, look_at_store_clock
from host.check.machine.disk import look_at_disk, look_at_growth
from host.check.machine.hardening import look_at_hardening
from host.check.machine.memory import look_at_kills, look_at_memory, look_at_swap
from host.check.machine.updates import look_at_reboot, look_at_updates
from host.check.schedule import look_at_schedule, look_at_timers
from host.check.state.look import look_at_state
from host.check.status import status_of, write_status
from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
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
    "look at state": look_at_state,
    "look at timers": look_at_timers,
    "look at disk": look_at_disk,
    "look at growth": look_at_growth,
    "look at memory": look_at_memory,
    "look at swap": look_at_swap,
    "look at kills": look_at_kills,
    "look at certificates": look_at_certificates,
    "look at clock": look_at_clock,
    "look at the store's clock": look_at_store_clock,
    "look at cron": look_at_cron,
    "look at hardening": look_at_hardening,
    "look at updates": look_at_updates,
    "look at reboot": look_at_reboot,
    "look at sessions": look_at_sessions,
    "look at held back data": look_at_held_back,
    "look at locks": look_at_locks,
    "look at apps": look_at_apps,
    "look at answers": look_at_answers,
    "look at what is served": look_at_served,
    "look at restarts": look_at_restarts,
    "look at deploys": look_at_deploys,
    "look at nginx": look_at_nginx,
}
"""What a failure of the check itself concerns. Apps that do not run are not asked for an answer."""


@dataclass(frozen=True)
class RunCheck(Command, noun="check", verb="run"):
    """Check that the newest dump is recent and readable and that the server and its apps are well, and send alerts.

    Separate from what makes the dumps, since a schedule that stopped says nothing.
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
                raise HostError(in_words(found))


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
    except Exception as error:  # noqa: BLE001 (an unforeseen answer is told as well)
        reason = found.host.out.masked(f"{type(error).__name__}: {error}")
        found.problem(about, f"the check itself failed ({about}: {reason})")


def _tell(found: Findings) -> None:
    """The channels, then the switch, which hears of channels that do not answer; and the channels of the switch."""
    host, service = found.host, found.service
    unheard = tell_changes(host, service, found.problems)
    found.problems.update(unheard)
    text = in_words(found)
    if problem := alarm.tell(host, service, f"{text}\n", failing=bool(found.problems)):
        found.problem("alert", problem)
    elif not found.problems:
        host.step(text)
    found.problems.update(tell_changes(host, service, found.problems, without=unheard))
