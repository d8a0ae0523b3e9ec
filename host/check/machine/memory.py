"""How much memory is left."""

from contextlib import suppress

from host.check.findings import Findings
from host.core import files
from host.server.machine import killed_for_memory, memory_of
from host.watch.limits import MEMORY_PERCENT
from host.watch.settings import folder

_MIB = 1024 * 1024
_SWAP_FILE = "/swapfile"
"""As a server that Petbase creates has it (components/cloud/cloud_init.py)."""


def look_at_memory(found: Findings) -> None:
    """What programs may still have without swapping, as the kernel estimates it."""
    memory = memory_of(found.host)
    if 100 * memory.available < MEMORY_PERCENT * memory.total:
        found.problem(
            "memory",
            f"{memory.available // _MIB} MiB of {memory.total // _MIB} MiB of memory are available; soon the kernel "
            "ends processes. Give apps limits (apps.APP.resources), or: ./petbase resize",
        )


def look_at_swap(found: Findings) -> None:
    """Swap that a boot did not bring back. Where nothing names any, somebody wants none."""
    table = files.read(found.host.path("/etc/fstab")).splitlines()
    named = any(line.split()[2:3] == ["swap"] for line in table if not line.lstrip().startswith("#"))
    made = found.host.path(_SWAP_FILE).exists()
    if memory_of(found.host).swap or not (named or made):
        return
    text = "/etc/fstab names swap, and none is in use" if named else f"{_SWAP_FILE} is there and not in use"
    line = "" if named else f"echo '{_SWAP_FILE} none swap sw 0 0' >>/etc/fstab, then "
    found.problem("swap", f"{text}, so builds and peaks end in killed processes. On the server: {line}swapon --all")


def look_at_kills(found: Findings) -> None:
    """What the kernel ended since the last check. PostgreSQL starts a session that was killed anew by itself, and an
    app its worker, so neither container restarts.
    """
    note, now = f"{folder(found.service)}/killed", killed_for_memory(found.host)
    before = (found.host.state.read(note) or {}).get("count", now)
    # The kernel counts from the boot on.
    if more := now - before if now >= before else now:
        found.problem(
            "killed",
            f"the kernel ended {more} process{'es' * (more > 1)} for want of memory since the last check. Give apps "
            "limits (apps.APP.resources), or: ./petbase resize. Look at: journalctl --dmesg --grep 'Killed process'",
        )
    # On a full disk the next check counts from here.
    with suppress(OSError):
        found.host.state.write(note, count=now)
