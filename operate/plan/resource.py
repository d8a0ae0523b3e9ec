"""One resource of a plan, or of what is deployed, in a form in which the two can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SECRET = "<secret>"
# The engine's marks of a value that is more than it seems (pulumi/pulumi, sdk/go/common/resource/sig).
SIGNATURE, SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True)
class Planned:
    """One resource of a provider. `parent` is the component that it belongs to; `options` are those that protect it.

    `guards` are the hooks that may refuse an edit of it (components/edits/refusals.py).
    """

    type: str
    name: str
    parent: str
    options: Mapping[str, Any]
    inputs: Mapping[str, Any]
    guards: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The last part of its type's token."""
        return self.type.rpartition(":")[2]

    @property
    def protected(self) -> bool:
        """Whether the engine refuses to remove or replace it."""
        return bool(self.options.get("protect"))


def component_of(parent: str) -> str:
    """The component that a parent's URN names, like `App fruits`; "" for the stack itself, or no parent."""
    kind, _, name = parent.rpartition("::")
    kind = kind.rpartition("::")[2]
    return f"{kind.rpartition(':')[2]} {name}" if "petbase:" in kind else ""


@dataclass(frozen=True)
class Plan:
    """Every resource of a stack, and what the program warns of."""

    stack: str
    resources: tuple[Planned, ...]
    warnings: tuple[str, ...] = ()
