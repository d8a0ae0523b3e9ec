"""A separate sandbox for a figure: folder, store, an engine on any estate, and its SSH connections counted."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import workspace
from sandbox.engine.engine import Engine
from sandbox.host.machine import Machine
from sandbox.store import Store


@dataclass(frozen=True)
class Stage:
    """One sandbox under `folder`."""

    folder: Path

    def engine(self, apps: list[str], checkout: Path = workspace.CHECKOUT, **settings: Any) -> Engine:
        """An engine whose stack has these apps, each with these settings."""
        prepared = workspace.prepare(self.folder, _nothing, second=False)
        estate: dict[str, Any] = dict(prepared.project.config["petbase:estate"])
        estate["apps"] = dict.fromkeys(apps, settings)
        return Engine(self.folder, checkout, config={"petbase:estate": estate}, say=_nothing)

    @property
    def machine(self) -> Machine:
        """The only host."""
        (machine,) = Machine.all(self.folder)
        return machine

    def connections(self) -> int:
        """SSH connections that the host has accepted so far."""
        return self.machine.log("auth.log").count("Accepted publickey")

    def ssh(self, script: str) -> None:
        """A script as root, over one SSH connection of the user's own key."""
        machine = self.machine
        words = ["ssh", "-F", "none", "-i", str(self.folder / "id_ed25519"), "-p", str(machine.ssh_port)]
        options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        target = f"root@{machine.address}"
        subprocess.run([*words, *options, target, "sh -eu"], input=script, text=True, check=True, capture_output=True)


@contextmanager
def stage() -> Iterator[Stage]:
    """A new sandbox, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pb-bench-"))
    try:
        yield Stage(folder)
    finally:
        for machine in Machine.all(folder):
            machine.destroy()
        Store(folder / "store").stop()
        shutil.rmtree(folder)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _nothing(_: str) -> None:
    """Figures are told at the end."""
