"""What a report says of one thing: its value, or why it is not known. "Unknown" is never a value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from host.core.errors import HostError
from host.core.host import Host

T = TypeVar("T")
U = TypeVar("U")
_REASON_LINES = 2


@dataclass(frozen=True)
class Fact(Generic[T]):
    """`value` is None where the server could not tell, and `reason` says why. A known value is never None."""

    value: T | None = None
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    def among(self, *values: T) -> bool:
        """Whether the value is known, and one of these."""
        return self.value is not None and self.value in values

    def then(self, read: Callable[[T], U]) -> "Fact[U]":
        """What follows from the value; the same reason where there is none."""
        return Fact(reason=self.reason) if self.value is None else Fact(read(self.value))


def fact(host: Host, question: Callable[[], T]) -> Fact[T]:
    """Ask; a failure becomes the reason, with passwords masked."""
    try:
        return Fact(question())
    except HostError as problem:
        return Fact(reason=host.out.masked(_ending(problem.tail) or str(problem)))
    except OSError as problem:
        return Fact(reason=str(problem))
    except Exception as problem:  # noqa: BLE001 (one unforeseen answer must not cost all the others)
        return Fact(reason=f"the answer is not known here ({type(problem).__name__}: {problem})")


def _ending(text: str) -> str:
    """The end of what a program printed, without Dokku's mark in front of its refusals."""
    lines = [" ".join(line.split()).removeprefix("! ") for line in text.splitlines() if line.strip()]
    return " ".join(lines[-_REASON_LINES:])
