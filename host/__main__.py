"""The entry of the program: words in, lines out, exit code 0 (done), 1 (failed) or 2 (refused words or input)."""

import errno
import hashlib
import signal
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from host import cli
from host.core import stdin
from host.core.command import GUARDED, Command
from host.core.errors import HostError, UsageError
from host.core.host import Host
from host.core.output import Output
from host.core.progress import timed

_OTHER_RELEASE = 3


def main(words: list[str], stack: str, program: Path) -> int:
    """Run the command that the words name, for a stack; `program` is this program's own file.

    Flags may stand in front: `--json` makes every line of output an object; `--expect SHA256` does nothing and exits
    with 3 where this program is another release than the caller's; `--compile` is for the installation.
    """
    out = Output(as_json=_take(words, "--json"))
    if _take(words, "--expect"):
        if words.pop(0) != hashlib.sha256(program.read_bytes()).hexdigest():
            return _OTHER_RELEASE
        if not words:
            return 0
    try:
        if _take(words, "--compile"):
            from host import compiled

            compiled.save(program, Path(sys.path[0]))
            return 0
        command = cli.parse(words)
        secrets = stdin.read(sys.stdin, command.secrets) if command.stdin == GUARDED else {}
        _finish_without_client()
        _run(command, Host(stack, out=out, secrets=secrets))
    except Exception as problem:  # noqa: BLE001 (whatever it is, a person gets a few lines and never a traceback)
        told = _as_host_error(problem)
        out.error(told)
        return 2 if isinstance(told, UsageError) else 1
    return 0


def _take(words: list[str], flag: str) -> bool:
    if words[:1] != [flag]:
        return False
    del words[0]
    return True


def _run(command: Command, host: Host) -> None:
    if not command.resource:
        with timed(host, command):
            command.run(host)
        return
    host.check_disk()
    with host.lock(command.resource), timed(host, command):
        command.run(host)


def _finish_without_client() -> None:
    """A dropped connection must not stop what has begun: Dokku's own half-done work would stay."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminated)


def _terminated(_number: int, _frame: object) -> NoReturn:
    raise HostError("it was ended by a signal; run it again")


def _as_host_error(problem: Exception) -> HostError:
    if isinstance(problem, HostError):
        return problem
    if isinstance(problem, OSError):
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            return HostError("the disk of the server is full. Look at: df --human-readable")
        return HostError(f"the server refused a file: {problem}")
    where = traceback.extract_tb(problem.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    return HostError(
        f"petbase-host failed in a way that it does not know ({type(problem).__name__} at {place}: {problem}). "
        "Please report this line"
    )


def start() -> NoReturn:
    """What the installed program calls: the folder that it lies in is named after its stack."""
    path = Path(sys.argv[0]).resolve()
    sys.exit(main(sys.argv[1:], path.parent.name, path))


if __name__ == "__main__":
    start()
