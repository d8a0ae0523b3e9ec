"""The program that commands call on the server: `host/` as one file, and which release of a command it holds."""

from __future__ import annotations

import hashlib
import io
import re
import shlex
import tempfile
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from host import cli
from host.core import files
from host.core.command import Command, words
from host.core.errors import UsageError

_FOLDER = Path(__file__).parents[2] / "host"
_MAIN = """\
import sys

if sys.version_info < (3, 10):
    sys.exit("petbase-host needs Python 3.10 or later; this server has " + sys.version.split()[0])

# What the installation compiled; where it is not there, Python passes over it.
sys.path.insert(0, f"{sys.argv[0]}-RELEASE-{sys.implementation.cache_tag}")

from host.__main__ import start

start()
"""
# UTF-8 in any locale: Pulumi's command provider fails on output that is not, after the command has run.
_SHEBANG = b"#!/usr/bin/env -S python3 -X utf8\n"
_IMPORT = re.compile(r"^\s*(?:from (host[\w.]*) import ([\w, ]+|\()|import (host[\w.]+))", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:#.*)?\n", re.MULTILINE)
_REVISION_DIGITS = 8
_DAY = 86_400


def path_on_server(stack: str) -> str:
    """Where the program lies: one copy per stack, since two stacks on one server may run two releases."""
    return f"/usr/local/lib/petbase/{stack}/petbase-host"


def beside_on_server(stack: str) -> str:
    """Where `./petbase` puts this checkout's release when the server has another; the next `pulumi up` removes it."""
    return f"{path_on_server(stack)}-{digest()[:16]}"


def line(stack: str, command: Command, *, user: str = "root", revision: bool = False) -> str:
    """The one line that runs a command.

    `revision` adds a digest of the modules that the command uses, so that a release re-runs what it touches.
    """
    more = ["--revision", revision_of(type(command))] if revision else []
    return shlex.join([*sudo(user), path_on_server(stack), *words(command), *more])


def sudo(user: str) -> list[str]:
    """The words before a command of root's: a user other than root needs sudo without a password."""
    return [] if user == "root" else ["sudo", "--non-interactive"]


@cache
def command_of(text: str) -> Command | None:
    """The command that a line of the state says, so that an edit can be compared by what it declares; None for a line
    that is none of ours. The inverse of `line`, also for lines of another release.
    """
    found = shlex.split(text)
    at = next((number for number, word in enumerate(found) if word.endswith("/petbase-host")), None)
    if at is None:
        return None
    try:
        return cli.parse(found[at + 1 :], lenient=True)
    except UsageError:
        return None


def command_in(inputs: Mapping[str, Any]) -> Command | None:
    """The command that a resource's inputs run when it is made; None where there is none of ours."""
    create = inputs.get("create")
    return command_of(create) if isinstance(create, str) else None


@cache
def archive() -> bytes:
    """The program as a file that Python runs. The same sources give the same bytes on every machine."""
    buffer = io.BytesIO()
    sources = sorted(_sources().items())
    release = hashlib.sha256(repr(sources).encode()).hexdigest()[:_REVISION_DIGITS]
    # Stored, not deflated: two zlibs give two results, and so two digests for one release.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "__main__.py", _MAIN.replace("RELEASE", release))
        for name, text in sources:
            _add(archive, name, text)
    return _SHEBANG + buffer.getvalue()


@cache
def digest() -> str:
    """The SHA-256 of the program, in hex."""
    return hashlib.sha256(archive()).hexdigest()


@cache
def built() -> Path:
    """The program as a file of this machine, for the engine to send. Other releases' files are deleted after a day."""
    path = Path(tempfile.gettempdir()) / f"petbase-{digest()[:16]}.pyz"
    if path.exists() and path.read_bytes() == archive():
        with suppress(OSError):  # another user's
            path.touch()
        return path
    for old in path.parent.glob("petbase-*.pyz*"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _DAY:
                old.unlink()
    beside = path.with_name(f"{path.name}.{id(path)}")
    beside.write_bytes(archive())
    return beside.rename(path)


def revision_of(command: type[Command]) -> str:
    """A digest of a command's module and everything that it imports, without comment lines."""
    return _revision(command.__module__)


@cache
def _revision(module: str) -> str:
    sources = _sources()
    found = hashlib.sha256()
    for name in sorted(_closure(module, frozenset(sources))):
        found.update(_without_comments(sources[name]).encode())
    return found.hexdigest()[:_REVISION_DIGITS]


@cache
def _sources() -> dict[str, str]:
    """The text of every module, by its path in the program."""
    return {str(Path("host") / path.relative_to(_FOLDER)): files.read(path) for path in _FOLDER.rglob("*.py")}


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, text)


def _closure(module: str, known: frozenset[str]) -> set[str]:
    """The files of a module and of everything that it imports, directly or not."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        file = _file(waiting.pop(), known)
        if file and file not in found:
            found.add(file)
            waiting += _imports(file)
    return found


@cache
def _imports(file: str) -> tuple[str, ...]:
    """What a file may import: each module that it names, and each name in it, which may be a module too."""
    found: list[str] = []
    for package, names, module in _IMPORT.findall(_sources()[file]):
        found += [module] if module else [package]
        found += [f"{package}.{name.split(' as ')[0].strip()}" for name in names.split(",")] if package else []
    return tuple(found)


def _file(module: str, known: frozenset[str]) -> str | None:
    path = module.replace(".", "/")
    return next((name for name in (f"{path}.py", f"{path}/__init__.py") if name in known), None)


def _without_comments(text: str) -> str:
    """A better comment in a later release re-runs nothing."""
    return _COMMENT.sub("", text)
