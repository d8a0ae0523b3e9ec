"""What a look and an import have in common: the source, and what of it comes."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.host import scratch_lock
from host.imports.choose import PUBLIC, Choice


@dataclass(frozen=True)
class Import(Command, lock=scratch_lock("{service}")):
    """The source is the URL on standard input or, where that is empty, a dump that was sent to the server."""

    service: str
    schema: str
    """The app's own, which the source's `was` becomes."""
    _: KW_ONLY
    name: str = ""
    """What `dump upload` called the dump."""
    was: str = PUBLIC
    take: tuple[str, ...] = ()
    """Schemas that would be left out."""
    leave: tuple[str, ...] = ()
    """Schemas to leave out."""
    database: str = ""
    """Which one, where the dump is of a whole server."""

    secrets = ("url",)

    @property
    def choice(self) -> Choice:
        """Which schemas come."""
        return Choice(self.schema, self.was, self.take, self.leave)
