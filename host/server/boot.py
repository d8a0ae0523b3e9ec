"""The server's first boot, which sets it up before anything else can."""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import Host

_DONE, _DONE_WITH_WARNINGS = 0, 2  # cloud-init's status, exit codes


def wait_for_first_boot(host: Host, *, installed: bool) -> None:
    """Wait until cloud-init has set the server up. HostError where it failed and nothing is `installed` yet.

    It speaks of the last boot; a server that has Dokku was set up by an earlier one.
    """
    if not host.has("cloud-init"):
        return
    host.step("waiting until the server has set itself up")
    code = host.ask("cloud-init", "status", "--wait").code
    if code in (_DONE, _DONE_WITH_WARNINGS):
        return
    if not installed:
        raise HostError(f"cloud-init ended with {code}; on the server, see: cloud-init status --long")
    host.step(f"the last boot's cloud-init ended with {code}; on the server, see: cloud-init status --long")
