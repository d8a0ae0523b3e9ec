"""The entry of the program: words in, lines out, exit code 0 (done), 1 (failed) or 2 (refused words or input)."""

from __future__ import annotations

import errno
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

_JSON = "--json"


def main(words: list[str], stack: str) -> int:
    """Run the command that the words name, for a stack. `--json` in front makes every line of output an object."""
    out = Output(as_json=words[:1] == [_JSON])
    try:
        command = cli.parse(words[1:] if words[:1] == [_JSON] else words)
        secrets = stdin.read(sys.stdin, command.secrets) if command.stdin == GUARDED else {}
        _finish_without_client()
        _run(command, Host(stack, out=out, secrets=secrets))
    except UsageError as problem:
        out.error(problem)
        return 2
    except HostError as problem:
        out.error(problem)
        return 1
    except OSError as problem:
        out.error(_of_system(problem))
        return 1
    except Exception as problem:  # noqa: BLE001 (a bug, told in two lines instead of a traceback)
        out.error(_bug(problem))
        return 1
    return 0


def _run(command: Command, host: Host) -> None:
    if not command.resource:
        command.run(host)
        return
    host.check_disk()
    with host.lock(command.resource):
        command.run(host)


def _finish_without_client() -> None:
    """A dropped connection must not stop what has begun: Dokku's own half-done work would stay."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminated)


def _terminated(_number: int, _frame: object) -> NoReturn:
    raise HostError("it was ended by a signal; run it again")


def _of_system(problem: OSError) -> HostError:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return HostError("the disk of the server is full. Look at: df --human-readable")
    return HostError(f"the server refused a file: {problem}")


def _bug(problem: Exception) -> HostError:
    where = traceback.extract_tb(problem.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    return HostError(
        f"petbase-host failed in a way that it does not know ({type(problem).__name__} at {place}: {problem}). "
        "Please report this line"
    )


def start() -> NoReturn:
    """What the installed program calls: the folder that it lies in is named after its stack."""
    sys.exit(main(sys.argv[1:], Path(sys.argv[0]).resolve().parent.name))


if __name__ == "__main__":
    start()
