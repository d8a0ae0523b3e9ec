"""Another type for a stack's server: what is in the way, and the steps, each of which may have been done before.

The provider cuts the power of a running server, changes the type and leaves it off (terraform-provider-hcloud,
internal/server/resource.go, resourceServerUpdate), also when Hetzner refuses the type. So here the system shuts down in
good order first, and the power comes back in either case.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from pydantic import ValidationError

from components.config.server_spec import Server
from operate.core import stack_names, terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.hetzner.api import Hetzner, Kind, Machine
from operate.stack import stack_files
from operate.stack.deployment import Deployment, Step, shorten

_SERVER = "hcloud:index/server:Server"
_OURS = {"serverType", "keepDisk"}


@dataclass(frozen=True)
class Change:
    """From one type to another. `keeps_disk`: the disk stays as small as it is, so that there is a way back."""

    machine: Machine
    kind: Kind
    keeps_disk: bool

    @property
    def disk(self) -> int:
        """Its size afterwards, in GB."""
        return self.machine.disk if self.keeps_disk else self.kind.disk


@dataclass(frozen=True)
class Resize:
    """One stack's server, at Hetzner and in the program."""

    stack: str
    number: str
    hetzner: Hetzner
    deployment: Deployment

    def plan(self) -> tuple[Machine, Change | None]:
        """The server, and what is to be done. RefusedError for what Hetzner would refuse while the server is off."""
        wanted = _wanted(self.stack)
        machine = self.hetzner.settled(self.number)
        steps = self._preview()
        typed = _typed(steps)
        if typed and machine.kind.name == wanted:
            terminal.note(f"{machine.name} is a {wanted} already, which the state does not know yet")
            self.deployment.refresh(typed.urn)
            typed = _typed(steps := self._preview())
        if typed is None and machine.kind.name != wanted:
            raise RefusedError(
                f"{machine.name} is a {machine.kind.name}, and the state says {wanted}, so the program would change "
                "nothing. Run: pulumi refresh, then this again"
            )
        if typed is None:
            return machine, None
        _require_alone(steps, typed, machine, self.stack)
        change = Change(machine, self.hetzner.kind(wanted), typed.inputs.get("keepDisk") is True)
        _require_possible(change)
        return machine, change

    def run(self, change: Change) -> None:
        """Shut down, change. When that fails the server gets its power back, with the type that it had."""
        if change.machine.runs:
            with terminal.working(f"shutting {change.machine.name} down"):
                self.hetzner.shut_down(change.machine)
        try:
            self.deployment.up()
        except PetbaseError as problem:
            is_now = self.hetzner.settled(self.number)
            self.power(is_now)
            way_out = "Another type may be to be had: change server.type, and run this again."
            if is_now.kind == change.kind:
                way_out = "The state does not know that yet: run this again."
            raise PetbaseError(f"{problem}\n{is_now.name} is on again, as {is_now.kind.name}. {way_out}") from None

    def power(self, machine: Machine) -> None:
        """Power on, where it is off."""
        if not machine.runs:
            with terminal.working(f"powering {machine.name} on"):
                self.hetzner.power_on(machine)

    def _preview(self) -> list[Step]:
        with terminal.working("asking the program what it would change"):
            return self.deployment.preview()


def _wanted(stack: str) -> str:
    """The type in the stack file. RefusedError for a server that Petbase did not make."""
    file = stack_files.stack_file(stack)
    try:
        server = Server.model_validate(yaml.safe_load(file.read_text())["config"]["petbase:estate"]["server"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValidationError):
        raise RefusedError(f"The server in {file.name} cannot be read; pulumi preview says what is wrong.") from None
    if server.host:
        raise RefusedError(
            f"{server.host} was not made by the stack {stack}; resize it where you rent it. Nothing else has to change."
        )
    return server.type


def _typed(steps: Sequence[Step]) -> Step | None:
    """The step that changes the server's type."""
    return next((step for step in steps if step.kind == _SERVER and "serverType" in step.keys), None)


def _require_alone(steps: Sequence[Step], typed: Step, machine: Machine, stack: str) -> None:
    others = sorted(str(step) for step in steps if step is not typed)
    others += [f"server.{key}" for key in sorted(typed.keys - _OURS)]
    if others:
        raise RefusedError(
            f"The stack file changes more than the server's type: {shorten(others)}. No command reaches a server "
            f"that is off, so bring these up first: type: {machine.kind.name}, {stack_names.up(stack)}, then this "
            "again."
        )


def _require_possible(change: Change) -> None:
    machine, kind = change.machine, change.kind
    if kind.architecture != machine.kind.architecture:
        raise RefusedError(
            f"{kind.name} is {kind.architecture} and {machine.name} is {machine.kind.architecture}; no server changes "
            "that. Make a new one, and bring the dump there: docs/growing.md"
        )
    if machine.location not in kind.places:
        raise RefusedError(
            f"{kind.name} is not available in {machine.location}; it is in {', '.join(kind.places) or 'no location'}."
        )
    if kind.disk < machine.disk:
        raise RefusedError(
            f"{kind.name} has a disk of {kind.disk} GB, and {machine.name} has one of {machine.disk} GB, which cannot "
            "shrink. Choose a type with as much."
        )
