"""Requests to addresses that are secrets: curl reads address and text on standard input, so no process list shows them.

What curl itself prints is thrown away, since it may hold the address.
"""

from collections.abc import Sequence

from host.core.host import Host

_CURL = ("curl", "--config", "-", "--silent", "--globoff")
# Before it tries again, curl cuts its output back to the beginning, which /dev/null refuses; it then gives up without a
# status (seen with 7.88). With --fail the text of a failure is not written.
_STATUS = ("--fail", "--output", "/dev/null", "--write-out", "%{http_code}")
_TEXT_TOO = ("--max-filesize", "65536", "--write-out", "\\n%{http_code}")
NO_ANSWER = "000"


def call(host: Host, address: str, text: str = "", *, headers: Sequence[str] = (), patience: Sequence[str] = ()) -> str:
    """The answer's HTTP status; 000 where there was none. `patience` are curl's options for time and repetition."""
    answer = host.ask(*_CURL, *_STATUS, *patience, stdin=_request(address, text, headers))
    return answer.stdout.strip() or NO_ANSWER


def ask(
    host: Host, address: str, text: str = "", *, headers: Sequence[str] = (), patience: Sequence[str] = ()
) -> tuple[str, str]:
    """The same, with the text of the answer behind the status."""
    answer = host.ask(*_CURL, *_TEXT_TOO, *patience, stdin=_request(address, text, headers))
    said, _, status = answer.stdout.rpartition("\n")
    return status.strip() or NO_ANSWER, said.strip()


def _request(address: str, text: str, headers: Sequence[str]) -> str:
    lines = [f"url = {_quoted(address)}"]
    if text:
        lines += [f"data-raw = {_quoted(text)}", *(f"header = {_quoted(header)}" for header in headers)]
    return "\n".join([*lines, ""])


def _quoted(value: str) -> str:
    """A value in curl's configuration (curl(1), --config)."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
