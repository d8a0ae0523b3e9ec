"""PostgreSQL's client programs on this machine: are they recent enough, and what pg_restore makes of a dump."""

import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from operate.core.errors import PetbaseError, RefusedError, tail

_TOOLS = ("psql", "pg_restore")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")
# Since these a name in a dump cannot make psql run a command of this machine (CVE-2025-8714, CVE-2025-8715).
_SAFE_MINORS = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}
_DOWNLOAD = "https://www.postgresql.org/download/"


def require_tools(major: int) -> int:
    """The major version of pg_restore on PATH. RefusedError when it or psql is missing, or too old for such dumps."""
    for tool in _TOOLS:
        if not shutil.which(tool):
            raise RefusedError(f"{tool} is not on PATH. Install the client of PostgreSQL {major}: {_DOWNLOAD}")
    said = subprocess.run(["pg_restore", "--version"], capture_output=True, text=True, check=False).stdout
    found = _VERSION.search(said)
    if not found or int(found[1]) < major:
        raise RefusedError(
            f"pg_restore on PATH is of version {found[1] if found else 'unknown'} and cannot read dumps of PostgreSQL "
            f"{major}. Install the client of {major} or later, and put it first on PATH: {_DOWNLOAD}"
        )
    here, minor = int(found[1]), int(found[2] or 0)
    if minor < _SAFE_MINORS.get(here, 0):
        raise RefusedError(
            f"pg_restore on PATH is of version {here}.{minor}, with which a name in a dump can run commands on this "
            f"machine (CVE-2025-8715). Install {here}.{_SAFE_MINORS[here]} or later: {_DOWNLOAD}"
        )
    return here


def write_sql(export: Path, wanted: str, out: int) -> None:
    """The SQL of some entries of a dump, as --use-list has them, into the file `out`. PetbaseError when that fails."""
    words = ["pg_restore", "--no-owner", "--no-privileges", "--no-tablespaces", "--use-list", "/dev/stdin"]
    # A materialized view of a table whose policies count for its owner too can be filled only as they allow.
    words += ["--enable-row-security"]
    done = subprocess.run(
        [*words, "--file", "-", str(export)], input=wanted.encode(), stdout=out, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise PetbaseError(f"pg_restore answered {done.returncode}: {tail(done.stderr.decode(errors='replace'), 2)}")


@contextmanager
def limited(seconds: float, end: Callable[[], None]) -> Iterator[list[str]]:
    """Call `end` when the time is over; the list then says so."""
    late: list[str] = []

    def stop() -> None:
        late.append(f"The dump was not loaded within {seconds / 60:.0f} minutes, so something in it may never end")
        end()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()
