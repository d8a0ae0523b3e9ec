"""The time zone is UTC: schedules are in it, and cron reads the zone only when it starts."""

from __future__ import annotations

from host.core import files
from host.core.host import Host
from host.server.config_file import is_owed, owe, settle

_CHANGE = "clock"
_ZONE = "Etc/UTC"


def harden(host: Host) -> None:
    """Set the zone, and restart cron for it. Any zone file called UTC will do."""
    link = host.path("/etc/localtime")
    if not link.is_symlink() or link.readlink().name != "UTC":
        host.step("the clock shows UTC")
        owe(host, _CHANGE)
        beside = link.with_name("localtime+")
        beside.unlink(missing_ok=True)
        beside.symlink_to(f"/usr/share/zoneinfo/{_ZONE}")
        beside.rename(link)
    if is_owed(host, _CHANGE):
        files.write(host.path("/etc/timezone"), f"{_ZONE}\n")
        host.run("systemctl", "try-restart", "cron")
        settle(host, _CHANGE)
