"""A host's disk as it was shut down, for each file of tests anew: to boot it takes a tenth of what making it takes."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.support.hosts.sandbox_host import SandboxHost


@dataclass(frozen=True)
class Image:
    host: SandboxHost
    saved: Path

    @classmethod
    def of(cls, host: SandboxHost) -> "Image":
        """Shut `host` down and keep its disk."""
        directory = host.machine.directory
        saved = directory.parents[1] / "images" / directory.name
        host.machine.stop()
        shutil.copytree(directory, saved, symlinks=True)
        return cls(host, saved)

    def boot(self) -> SandboxHost:
        """The host as it was kept, its services running. Its timers do not fire: at three there would be a dump more.

        What a file of tests left stays until now: the address is this host's, and no other may be given it.
        """
        machine = self.host.machine
        machine.stop()
        shutil.rmtree(machine.directory)
        shutil.copytree(self.saved, machine.directory, symlinks=True)
        machine.start(boot_delay_seconds=0)
        machine.wait_until_ssh()
        booted = self.host.ssh("cloud-init status --wait && systemctl sandbox-freeze")
        assert booted.returncode == 0, booted.stdout + booted.stderr
        return self.host
