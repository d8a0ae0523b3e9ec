"""Security updates are installed without anybody; Docker and Dokku are not among them."""

from __future__ import annotations

from host.core.host import Host
from host.server.config_file import is_owed, put, settle
from host.server.hardening.texts import UPDATES, UPDATES_PACKAGE
from host.server.packages import apt

_CHANGE = "updates"


def harden(host: Host) -> None:
    """Install what does it, and write its settings, which it reads at each run."""
    apt.ensure(host, UPDATES_PACKAGE)
    put(host, UPDATES, _CHANGE)
    if is_owed(host, _CHANGE):
        host.step("security updates come by themselves; Docker and Dokku by the stack file")
        settle(host, _CHANGE)
