"""Security updates that fail, and a reboot that they want."""

from pathlib import Path

from host.check.findings import Findings, duration
from host.core import files
from host.server.machine import uptime
from host.watch.limits import REBOOT_SECONDS, UPDATES_SECONDS

# 20auto-upgrades is the package's own on Ubuntu and, once it was configured, on Debian; the other one is Petbase's.
_SWITCHES = ("20auto-upgrades", "52petbase-unattended-upgrades")
_SWITCH = 'APT::Periodic::Unattended-Upgrade "1"'
# apt.systemd.daily, of Debian and of Ubuntu, touches them when each of its parts has ended well.
_STAMPS = {"update-stamp": "lists of packages were not fetched", "upgrade-stamp": "security updates did not end well"}
_LOG = "/var/log/unattended-upgrades/unattended-upgrades.log"
_BEGINS, _ERROR = "INFO Starting unattended upgrades script", " ERROR "
_SHOWN = 200
_LATE = "On the server: apt-get update, then unattended-upgrade --verbose"


def look_at_updates(found: Findings) -> None:
    """Only where updates are to come by themselves."""
    switches = [found.host.path(f"/etc/apt/apt.conf.d/{name}") for name in _SWITCHES]
    on = [path for path in switches if _SWITCH in files.read(path)]
    if not on:
        return
    since = min(_changed(path) for path in on)
    if error := _last_error(found):
        found.problem("updates", f"the last security updates failed: {error}. Look at: {_LOG}")
    elif late := _late(found, since):
        found.problem("updates", f"{late}. {_LATE}")


def look_at_reboot(found: Findings) -> None:
    """Updates of the kernel and of libraries that run count from the next boot on."""
    file = found.host.path("/run/reboot-required")
    wanted = found.now - _changed(file) if file.exists() else 0
    if wanted >= REBOOT_SECONDS:
        found.problem("reboot", f"updates have wanted a reboot for {duration(wanted)}. Run: ./petbase ssh reboot")


def _late(found: Findings, since: int) -> str:
    """What has not ended well for too long. A server that was off catches up by itself, within a day."""
    if uptime(found.host) < UPDATES_SECONDS:
        return ""
    for name, what in _STAMPS.items():
        last = max(_changed(found.host.path(f"/var/lib/apt/periodic/{name}")), since)
        if found.now - last >= UPDATES_SECONDS:
            return f"{what} for {duration(found.now - last)}"
    return ""


def _last_error(found: Findings) -> str:
    """The first error of the last run in the log; "" for none."""
    lines = files.read(found.host.path(_LOG)).splitlines()
    begun = max((number for number, line in enumerate(lines) if _BEGINS in line), default=0)
    errors = (line.partition(_ERROR)[2] for line in lines[begun:] if _ERROR in line)
    return next(errors, "")[:_SHOWN]


def _changed(path: Path) -> int:
    """When a file was changed, in seconds of the epoch; 0 where there is none."""
    try:
        return int(path.stat().st_mtime)
    except FileNotFoundError:
        return 0
