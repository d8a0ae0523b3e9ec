"""A dump as a person names it: one of the bucket or a file of this machine."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from components.dokku import shell
from operate.core import times
from operate.core.errors import RefusedError
from operate.dumps.objects import Dump
from operate.dumps.store import Store


@dataclass(frozen=True)
class Source:
    """A dump, as people are told of it. `option` names it on a command line; `size` is bytes."""

    name: str
    size: int
    made: datetime
    option: str


@dataclass(frozen=True)
class SourceFile(Source):
    """One on this machine's disk."""

    path: Path


def check_source(key: str | None, file: Path | None, at: datetime | None = None) -> None:
    """RefusedError for two dumps at once, or a file that is not there."""
    named = [option for option, value in (("--at", at), ("--key", key), ("--file", file)) if value]
    if len(named) > 1:
        raise RefusedError(f"{' and '.join(named)} name {'two' if len(named) == 2 else 'three'} dumps; name one.")
    if file and not file.is_file():
        raise RefusedError(f"There is no file {file}.")


def open_local(file: Path) -> SourceFile:
    """A dump that was here before; its time is the file's."""
    found = file.stat()
    made = datetime.fromtimestamp(found.st_mtime, UTC)
    return SourceFile(file.name, found.st_size, made, shell.line("--file", str(file)), file)


def source_of(dump: Dump) -> Source:
    """A dump of the bucket."""
    return Source(dump.key, dump.size, dump.made, shell.line("--key", dump.key))


def newest(store: Store, at: datetime) -> Dump:
    """The newest dump of that time or before. RefusedError when there is none."""
    found = [dump for dump in store.dumps() if dump.counts]
    if first := next((dump for dump in found if dump.made <= at), None):
        return first
    oldest = f"the oldest is of {times.with_local_time(found[-1].made)}" if found else "there is none at all"
    raise RefusedError(f"No dump of {store.service} is as old as {times.with_local_time(at)}; {oldest}.")
