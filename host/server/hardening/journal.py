"""The journal has a limit."""

from __future__ import annotations

from host.core.host import Host
from host.server.config_file import is_owed, put, settle
from host.server.hardening.texts import JOURNAL

_CHANGE = "journal"


def harden(host: Host) -> None:
    """Write the limit, and restart the journal's service for it."""
    put(host, JOURNAL, _CHANGE)
    if is_owed(host, _CHANGE):
        host.step("the journal has a limit")
        host.run("systemctl", "restart", "systemd-journald")
        settle(host, _CHANGE)
