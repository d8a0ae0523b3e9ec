"""How much memory is left."""

from host.check.findings import Findings
from host.server.machine import memory_of
from host.watch.limits import MEMORY_PERCENT

_MIB = 1024 * 1024


def look_at_memory(found: Findings) -> None:
    """What programs may still have without swapping, as the kernel estimates it."""
    memory = memory_of(found.host)
    if 100 * memory.available < MEMORY_PERCENT * memory.total:
        found.problem(
            "memory",
            f"{memory.available // _MIB} MiB of {memory.total // _MIB} MiB of memory are available; soon the kernel "
            "ends processes. Give apps limits (apps.APP.resources), or: ./petbase resize",
        )
