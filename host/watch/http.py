"""Requests to addresses that are secrets: curl reads address and text on standard input, so no process list shows them.

What curl itself prints is thrown away, since it may hold the address.
"""

from __future__ import annotations

from collections.abc import Sequence

from host.core.host import Host

_CURL = ("curl", "--config", "-", "--silent", "--globoff", "--output", "/dev/null", "--write-out", "%{http_code}")
NO_ANSWER = "000"


def call(host: Host, address: str, text: str = "", *, headers: Sequence[str] = (), patience: Sequence[str] = ()) -> str:
    """The answer's HTTP status; 000 where there was none. `patience` are curl's options for time and repetition."""
    lines = [f"url = {_quoted(address)}"]
    if text:
        lines += [f"data-raw = {_quoted(text)}", *(f"header = {_quoted(header)}" for header in headers)]
    answer = host.ask(*_CURL, *patience, stdin="\n".join([*lines, ""]))
    return answer.stdout.strip() or NO_ANSWER


def _quoted(value: str) -> str:
    """A value in curl's configuration (curl(1), --config)."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
