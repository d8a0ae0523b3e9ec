"""The table of app settings: a field of AppSettings is a kind of setting, in the stack file, as an option of `settings
ensure`, in the state, in the stack's outputs and in what ./petbase doctor looks at.

A new kind: CONTRIBUTING.md, "A new app setting".
"""

import typing
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, fields
from typing import Annotated, Any

from host.settings.checks import CHECKS
from host.settings.kind import Kind, Words
from host.settings.ports import PORTS
from host.settings.resources import RESOURCES
from host.settings.scale import SCALE
from host.settings.storage import STORAGE


@dataclass(frozen=True)
class AppSettings:
    """What the stack file sets of an app beyond its domains and its database. What it does not name is left alone."""

    _: KW_ONLY
    env: dict[str, str] = field(default_factory=dict)
    secret_env: tuple[str, ...] = ()
    """Names of secret variables; their values never stand here."""
    ports: Annotated[Words, PORTS] = ()
    scale: Annotated[Words, SCALE] = ()
    checks: Annotated[Words, CHECKS] = ()
    storage: Annotated[Words, STORAGE] = ()
    resources: Annotated[Words, RESOURCES] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of all its variables."""
        return (*self.env, *self.secret_env)

    @property
    def by_kind(self) -> dict[str, Words]:
        """The words of every kind that says something, by the names of KINDS."""
        return {name: words for name in KINDS if (words := getattr(self, name))}

    def declared(self) -> dict[str, Any]:
        """The fields that say something, as JSON values; `of` reads them back."""
        values = {one.name: getattr(self, one.name) for one in fields(AppSettings)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "AppSettings":
        """From what `declared` gave."""
        found: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in values.items()}
        return cls(**found)


def _kinds() -> dict[str, Kind]:
    hints = typing.get_type_hints(AppSettings, include_extras=True)
    annotated = {name: typing.get_args(hint)[1:] for name, hint in hints.items()}
    return {name: kind for name, extras in annotated.items() for kind in extras if isinstance(kind, Kind)}


KINDS = _kinds()
"""Every kind but the variables, by the name of its field."""
