"""The machines behind servers: one sandbox host each, named by the server's id."""

from collections.abc import Sequence
from pathlib import Path

from sandbox.host.machine import Machine, MachineError
from sandbox.providers.resource import ApiError


class Hosts:
    """Boots and removes hosts under the sandbox's root. Tests pass in a class of their own with the same methods."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def boot(self, key: str, address: str | None, hostname: str, user_data: str, keys: Sequence[str]) -> str:
        """Make and start a host; its address. It answers SSH a few seconds later, as a real server does."""
        try:
            machine = Machine.create(
                self.root, key, user_data, address=address, hostname=hostname, authorized_keys=keys
            )
            machine.start()
        except (MachineError, OSError) as problem:
            self.destroy(key)
            raise ApiError(f"the sandbox could not boot host {key}: {problem}") from problem
        return machine.address

    def power(self, key: str, on: bool) -> None:
        """Power on or off."""
        machine = Machine.find(self.root, key)
        machine.start() if on else machine.stop()

    def status(self, key: str) -> str | None:
        """running, off, or None for a host that is gone."""
        try:
            return "running" if Machine.find(self.root, key).is_running() else "off"
        except MachineError:
            return None

    def destroy(self, key: str) -> None:
        """Remove a host and its disk; one that is gone already is fine."""
        try:
            Machine.find(self.root, key).destroy()
        except MachineError:
            return
