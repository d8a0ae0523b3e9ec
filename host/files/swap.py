"""A folder that was restored takes the place of the live one, which stays beside it.

Two renames: a note that comes first tells the next run what is left to do, whichever files command that is.
"""

import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from host.core.errors import HostError
from host.core.host import Host
from host.files.same import same
from host.files.settings import state_folder
from host.values.json_values import from_json


@dataclass(frozen=True)
class Swap:
    """`staged` is the restored folder, somewhere below `staging`; `aside` the name that the live one gets."""

    path: str
    staged: str
    staging: str
    aside: str


@dataclass(frozen=True)
class Aside:
    """A folder that was live until a restore, at `at` in seconds of the epoch, took its place."""

    path: str
    of: str
    at: int


def is_live(host: Host, one: Swap) -> bool:
    """Nothing to do: a run that was cut off has swapped the folder, or it never changed."""
    found = same(host.path(one.path), host.path(one.staged))
    if found:
        host.step(f"{one.path}: the same already")
        shutil.rmtree(host.path(one.staging))
    return found


def swap(host: Host, service: str, one: Swap) -> None:
    """Swap; the caller holds the lock of the files."""
    host.state.write(_note(service, one.path), **asdict(one))
    _finish(host, service, one)


def finish_swaps(host: Host, service: str) -> None:
    """What a run that was cut off has left to do. Nothing to do otherwise."""
    for name in host.state.names(f"{state_folder(service)}/swaps"):
        found = host.state.read(f"{state_folder(service)}/swaps/{name}")
        _finish(host, service, from_json(Swap, found, "swap"))


def asides(host: Host, service: str) -> tuple[Aside, ...]:
    """The folders that restores have put aside."""
    place = _asides(service)
    found = (host.state.read(f"{place}/{name}") for name in host.state.names(place))
    return tuple(from_json(Aside, one, "aside") for one in found if one)


def drop_aside(host: Host, service: str, path: str) -> None:
    """Remove one for good, its note last. HostError for what no restore has put aside."""
    if path not in (one.path for one in asides(host, service)):
        raise HostError(f"{path} was not put aside by a restore; nothing was changed. What there is: ./petbase kept")
    host.step(f"{service}: removing {path}")
    try:
        if host.path(path).is_dir():
            shutil.rmtree(host.path(path))
    except RecursionError:
        by_hand = shlex.join(["rm", "--recursive", path])
        raise HostError(
            f"{path} has folders that are nested too deeply. On the server: {by_hand}, then again"
        ) from None
    host.state.remove(_aside(service, path))


def _finish(host: Host, service: str, one: Swap) -> None:
    live, staged = host.path(one.path), host.path(one.staged)
    if staged.is_dir():
        # A container that starts between the two renames makes an empty folder, which Docker's mount needs.
        if os.path.lexists(live) and not _is_empty_beside(live, host.path(one.aside)):
            aside = next(_free(host, one.aside))
            host.state.write(_aside(service, aside), path=aside, of=one.path, at=int(host.now()))
            live.rename(host.path(aside))
        staged.rename(live)
    shutil.rmtree(host.path(one.staging), ignore_errors=True)
    host.state.remove(_note(service, one.path))


def _is_empty_beside(live: Path, aside: Path) -> bool:
    return aside.exists() and live.is_dir() and not any(live.iterdir())


def _free(host: Host, name: str) -> Iterator[str]:
    names = [name, *(f"{name}-{number}" for number in range(2, 100))]
    return (one for one in names if not os.path.lexists(host.path(one)))


def _note(service: str, path: str) -> str:
    return f"{state_folder(service)}/swaps/{quote(path, safe='')}"


def _aside(service: str, path: str) -> str:
    return f"{_asides(service)}/{quote(path, safe='')}"


def _asides(service: str) -> str:
    """Apart from the rest, which goes when no files are backed up any more."""
    return f"services/{service}/files-aside"
