"""The standard input of a command: the machine it is meant for, its secrets as JSON strings, and the line `end`.

Without the last line the input came cut off, and nothing may begin. The first line is read and dropped: it is there so
that a new server, a raised `generation`, or an attempt that failed changes an input of the command and so runs it again
(components/dokku/attempt.py).
"""

import json
from collections.abc import Sequence
from typing import TextIO

from host.core.errors import UsageError

END = "end"


def text(machine: str, generation: int, secrets: Sequence[str] = (), *, attempt: str = "") -> str:
    """What is sent. JSON keeps any secret on one line, line breaks included."""
    first = f"{machine} {generation} {attempt}".rstrip()
    return "\n".join([first, *map(json.dumps, secrets), END]) + "\n"


def read(stream: TextIO, names: Sequence[str]) -> dict[str, str]:
    """The secrets by their names. UsageError where the input was cut off or holds another number of secrets."""
    if stream.isatty() and not names:
        return {}
    lines = stream.read().splitlines()
    if len(lines) < 2 or lines[-1] != END:
        raise UsageError("the standard input came cut off; nothing was done")
    # A delete command gets the same standard input as the create command (pulumi-command), and may need none of it.
    if not names:
        return {}
    found = [json.loads(line) for line in lines[1:-1]]
    if len(found) != len(names):
        raise UsageError(
            f"{len(found)} secrets came on stdin instead of {len(names)}; nothing was done. Run pulumi up again"
        )
    return dict(zip(names, found, strict=True))
