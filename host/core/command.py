"""A command as a value: a frozen dataclass whose fields are its words.

Positional fields are words in order, keyword-only fields are options; an option that has its default is left out. So
the line that a preview shows and the line that a person types are the same, and both ends share one definition: the
stack builds the words from the object (`words`), the server builds the object from the words (`host.cli`).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from host.core.host import Host

GUARDED, NONE, RAW = "guarded", "none", "raw"
"""What a command reads: the lines of stdin.py; nothing; or its own bytes (an upload, a psql session)."""


@dataclass(frozen=True)
class Command:
    """Subclasses name their noun and verb: `class EnsureApp(Command, noun="app", verb="ensure", lock="app.{app}")`.

    `lock` is held while it runs, fields in braces; a command that only looks has none. `timed` are words, and fields in
    braces, for a run whose length is noted (progress.py), of what people wait for. The docstring's first line is the
    help text. `secrets` are the names of what is read from standard input.
    """

    noun: ClassVar[str]
    verb: ClassVar[str]
    lock: ClassVar[str] = ""
    timed: ClassVar[tuple[str, ...]] = ()
    secrets: ClassVar[tuple[str, ...]] = ()
    stdin: ClassVar[str] = GUARDED

    def __init_subclass__(cls, noun: str = "", verb: str = "", lock: str = "", timed: tuple[str, ...] = ()) -> None:
        cls.lock, cls.timed = lock or cls.lock, timed or cls.timed
        if noun:
            cls.noun, cls.verb = noun, verb
            COMMANDS[noun, verb] = cls

    @property
    def resource(self) -> str:
        """The lock's name; "" for none."""
        return self.lock.format(**vars(self))

    def run(self, host: Host) -> None:
        """Do it. HostError for whatever a person can act on."""
        raise NotImplementedError


COMMANDS: dict[tuple[str, str], type[Command]] = {}
"""Every command that has been imported, by noun and verb; host.cli.NOUNS says which modules there are."""


def words(command: Command) -> list[str]:
    """The words of a command, options with their default left out."""
    found = [command.noun, command.verb]
    options: list[str] = []
    for field in dataclasses.fields(command):
        value = getattr(command, field.name)
        if not field.kw_only:
            found.append(str(value))
        elif value != default_of(field):
            options += _option(option_name(field), value)
    return [*found, *options]


def default_of(field: dataclasses.Field[Any]) -> Any:
    """The default of a field; dataclasses.MISSING where there is none."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def option_name(field: dataclasses.Field[Any]) -> str:
    """How the option of a field is written; a flag that is on by default is switched off by --no-NAME."""
    name = field.name.replace("_", "-")
    return f"--no-{name}" if field.default is True else f"--{name}"


def _option(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [name]
    if isinstance(value, dict):
        return [word for key, item in value.items() for word in _pair(name, f"{key}={item}")]
    if isinstance(value, tuple):
        return [word for item in value for word in _pair(name, str(item))]
    return _pair(name, str(value))


def _pair(name: str, value: str) -> list[str]:
    # A value that begins with a dash would be read as an option.
    return [f"{name}={value}"] if value.startswith("-") else [name, value]
