"""The timers that watch over a service's dumps: made as the stack file says, asked how they are, and stopped."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from host.core import files
from host.core.host import Host
from host.server.machine import has_systemd
from host.watch.settings import folder
from host.watch.units import KINDS, UNITS, Units, crontab_path, unit_name


@dataclass
class Timers:
    """Systemd's, of one service. What changed is noted first, so that the next run makes up for one that is cut off."""

    host: Host
    units: Units

    def ensure(self) -> None:
        """Write what differs, and start what does not run."""
        for kind in self.units.services:
            self._put(self._path(kind, "service"), self.units.service_text(kind))
        for kind in KINDS:
            if kind in self.units.kinds:
                self._put(self._path(kind, "timer"), self.units.timer_text(kind))
            elif self._path(kind, "timer").exists():
                self._owe()
                self.host.run("systemctl", "disable", "--now", self._timer(kind))
                self._path(kind, "timer").unlink()
        for kind in {*KINDS} - {*self.units.services}:
            if self._path(kind, "service").exists():
                self._owe()
                self._path(kind, "service").unlink()
        if self._owed():
            self.host.run("systemctl", "daemon-reload")
        for kind in self.units.kinds:
            self._start(kind)
        self.host.state.remove(self._note)

    @property
    def _note(self) -> str:
        return f"{folder(self.units.service)}/pending"

    def _owe(self) -> None:
        self.host.state.write(self._note, reload=True)

    def _owed(self) -> bool:
        return self.host.state.exists(self._note)

    def _put(self, path: Path, text: str) -> None:
        if files.read(path) != text:
            self._owe()
            files.write(path, text)

    def _start(self, kind: str) -> None:
        timer = self._timer(kind)
        if self._owed() or not self.host.ask("systemctl", "--quiet", "is-active", timer).ok:
            self.host.run("systemctl", "enable", timer)
            self.host.run("systemctl", "restart", timer)

    def _timer(self, kind: str) -> str:
        return f"{self.units.name(kind)}.timer"

    def _path(self, kind: str, ending: str) -> Path:
        return self.host.path(f"{UNITS}/{self.units.name(kind)}.{ending}")


def stop_timers(host: Host, service: str) -> None:
    """Stop what runs by itself, and what runs of it now."""
    host.path(crontab_path(service)).unlink(missing_ok=True)
    for kind in KINDS:
        for ending, words in (("timer", ("disable", "--now")), ("service", ("stop",))):
            unit = f"{unit_name(service, kind)}.{ending}"
            if host.path(f"{UNITS}/{unit}").exists():
                host.step(f"{unit}: stops")
                host.run("systemctl", *words, unit)
                host.path(f"{UNITS}/{unit}").unlink()
    # Also where the files went in a run that was cut off.
    if has_systemd(host):
        host.run("systemctl", "daemon-reload")


@dataclass(frozen=True)
class TimerReport:
    """`kind` is a word of KINDS. `state` is systemd's word, `active` or "" where cron does it.

    `failed`: its last run, by systemd, ended badly. With cron it is not known.
    """

    kind: str
    state: str
    failed: bool


def read_timers(host: Host, service: str, kinds: Iterable[str]) -> tuple[TimerReport, ...]:
    """What starts these by itself."""
    read_timer = _systemd_timer if has_systemd(host) else _cron_timer
    return tuple(read_timer(host, service, kind) for kind in kinds)


def _systemd_timer(host: Host, service: str, kind: str) -> TimerReport:
    unit = unit_name(service, kind)
    state = host.ask("systemctl", "is-active", f"{unit}.timer").stdout.strip()
    failed = host.ask("systemctl", "is-failed", f"{unit}.service").stdout.strip() == "failed"
    return TimerReport(kind, state, failed)


def _cron_timer(host: Host, service: str, kind: str) -> TimerReport:
    scheduled = f" {kind} run {service} " in files.read(host.path(crontab_path(service)))
    return TimerReport(kind, "active" if scheduled else "", failed=False)
