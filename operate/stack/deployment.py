"""What a stack's program is asked to do and what it would change, by the Pulumi CLI or the sandbox's engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from operate.stack import pulumi_cli

_QUIET = ("same", "read", "refresh")


@dataclass(frozen=True)
class Step:
    """A resource that a run would change: `keys` are the inputs that differ, `inputs` what they will be."""

    operation: str
    urn: str
    keys: frozenset[str]
    inputs: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Its type's token."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def counts(self) -> bool:
        """Whether it changes anything."""
        return self.operation not in _QUIET

    def __str__(self) -> str:
        kind = self.kind.rpartition(":")[2]
        return f"{self.operation} {kind} {self.name}" + (f" ({', '.join(sorted(self.keys))})" if self.keys else "")


def shorten(names: Sequence[str], most: int = 5) -> str:
    """The first of them and how many more there are: an error is a sentence."""
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return "; ".join([*names[:most], *more])


class Deployment(Protocol):
    """One stack's program. Every method raises PetbaseError with the engine's own reason."""

    def preview(self) -> list[Step]:
        """What `up` would change."""

    def up(self) -> None:
        """Run pulumi up; progress goes to stderr."""

    def refresh(self, urn: str) -> None:
        """Read one resource again, so that the state knows what it is."""


class Engine(Deployment, Protocol):
    """How a stack is torn down."""

    def up_only(self, urns: Sequence[str], environment: Mapping[str, str]) -> None:
        """`up` for these resources alone, by a program that finds `environment` in its own."""

    def destroy(self, keep: Sequence[str] = ()) -> None:
        """Remove everything but these URNs and what they need, protected or not; by the state, without the program."""


def protect_only(stack: str, urns: Sequence[str]) -> None:
    """In the state, where the next `up` protects again what the stack file says."""
    pulumi_cli.pulumi(stack, "state", "unprotect", "--all", "--yes")
    if urns:
        pulumi_cli.pulumi(stack, "state", "protect", "--yes", *urns)
