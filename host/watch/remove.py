"""The watch over a service's dumps goes."""

from __future__ import annotations

from dataclasses import dataclass

from host.core.command import Command
from host.core.host import Host, scratch_lock
from host.core.ownership import claim
from host.system.machine import has_systemd
from host.watch.settings import folder
from host.watch.units import KINDS, UNITS, crontab_path, unit_name


@dataclass(frozen=True)
class RemoveWatch(Command, noun="watch", verb="remove", lock="watch.{service}"):
    """Stop checking a service's dumps, and forget what was found about them. The dumps stay."""

    service: str

    def run(self, host: Host) -> None:
        """Nothing to do where it has gone already."""
        claim(host, f"services/{self.service}")
        stop_timers(host, self.service)
        # A drill by hand writes there until it ends.
        with host.lock(scratch_lock(self.service)):
            forget_watch(host, self.service)


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


def forget_watch(host: Host, service: str) -> None:
    """Forget settings, findings and evidence. The caller holds the lock of the service's scratch databases."""
    host.state.remove_all(folder(service))
