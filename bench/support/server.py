"""What a server uses while something runs: its disk and its memory, looked at all the time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from host.programs.beside import beside
from sandbox.host.machine import Machine

_EVERY = 0.1  # seconds


@dataclass
class Use:
    """Bytes. Most at one moment, above what it was before."""

    disk: int = 0
    memory: int = 0


@contextmanager
def used(machine: Machine) -> Iterator[Use]:
    """The most that the block makes the server use, stand-ins included: Dokku's, Docker's and aws-cli's, in Python."""
    disk, memory, use = _disk(machine.root), _memory(machine), Use()

    def look() -> None:
        use.disk = max(use.disk, _disk(machine.root) - disk)
        use.memory = max(use.memory, _memory(machine) - memory)

    with beside(look, _EVERY):
        yield use


def _disk(folder: Path) -> int:
    """Bytes in blocks, as `df` counts them; files go while they are looked at."""
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    total += _disk(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def _memory(machine: Machine) -> int:
    """The sum of its processes' shares of memory (PSS): what several of them have in common counts once."""
    first = int(machine.settings["process"]["pid"])
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    mine, ahead = set(), [first]
    while ahead:
        mine.add(ahead.pop())
        ahead += [
            child for parent in mine for child in children.get(parent, []) if child not in mine and child not in ahead
        ]
    return sum(_share(process) for process in mine)


def _share(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
