"""PostgreSQL's client programs on this machine: there at all, recent enough, and what pg_restore makes of a dump."""

import re
import shutil
import subprocess
from pathlib import Path

from operate.core.errors import PetbaseError, RefusedError, tail

_TOOLS = ("psql", "pg_restore")
_MAJOR = re.compile(r"\(PostgreSQL\) (\d+)")
_DOWNLOAD = "https://www.postgresql.org/download/"


def require_tools(major: int) -> int:
    """The major version of pg_restore on PATH. RefusedError when it or psql is missing, or too old for such dumps."""
    for tool in _TOOLS:
        if not shutil.which(tool):
            raise RefusedError(f"{tool} is not on PATH. Install the client of PostgreSQL {major}: {_DOWNLOAD}")
    said = subprocess.run(["pg_restore", "--version"], capture_output=True, text=True, check=False).stdout
    found = _MAJOR.search(said)
    if not found or int(found[1]) < major:
        raise RefusedError(
            f"pg_restore on PATH is of version {found[1] if found else 'unknown'} and cannot read dumps of PostgreSQL "
            f"{major}. Install the client of {major} or later, and put it first on PATH: {_DOWNLOAD}"
        )
    return int(found[1])


def pg_restore(*words: str, out: int | None = None) -> str:
    """Run pg_restore without a database; its stdout, unless that goes to the file `out`. PetbaseError when it fails."""
    stdout = subprocess.PIPE if out is None else out
    done = subprocess.run(["pg_restore", *words], stdout=stdout, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise PetbaseError(f"pg_restore answered {done.returncode}: {tail(done.stderr.decode(errors='replace'), 2)}")
    return (done.stdout or b"").decode()


def listed(entries: str, export: Path, scratch: Path) -> str:
    """The SQL of some lines of `pg_restore --list`."""
    wanted = scratch / "wanted"
    wanted.write_text(entries)
    return pg_restore("--use-list", str(wanted), "--file", "-", str(export))
