"""Configuration files of the server that Petbase writes, and the reload that each owes until it is done."""

from dataclasses import dataclass

from host.core import files
from host.core.host import Host


@dataclass(frozen=True)
class ConfigFile:
    """A file of the server. `text` ends with a line break."""

    path: str
    text: str


def put(host: Host, file: ConfigFile, change: str) -> None:
    """Write what differs. `change` is noted before, so that a run that is cut off is made up for by the next."""
    path = host.path(file.path)
    if files.read(path) != file.text:
        owe(host, change)
        files.write(path, file.text)


def owe(host: Host, change: str) -> None:
    """Note that something must be reloaded; comes before the change that it is for."""
    host.state.write(_note(change), owed=True)


def is_owed(host: Host, change: str) -> bool:
    """Whether the reload has still to be done."""
    return host.state.exists(_note(change))


def settle(host: Host, change: str) -> None:
    """Note that it is done."""
    host.state.remove(_note(change))


def _note(change: str) -> str:
    return f"server/pending/{change}"
