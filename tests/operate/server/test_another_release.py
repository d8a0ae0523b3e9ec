"""A server with another release of the program: this checkout's own is used for the call, and that is said once."""

from collections.abc import Callable, Iterable
from typing import Any, cast

import pytest

from components.dokku import program as sent
from host.upgrade.report import ReportUpgrade
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.parse_outputs import parse
from tests.support.operate import outputs


class Older:
    """A server whose program is another release's, until it has this one's beside it."""

    def __init__(self) -> None:
        self.poured: list[bytes] = []
        self.lines: list[str] = []

    def stream(self, line: str, _stdin: Any, seen: Callable[[str], None]) -> int:
        self.lines.append(line)
        if not self.poured:
            return program.OTHER_RELEASE
        seen('{"result": {"running": "18.4"}}')
        return 0

    def pour(self, _what: str, _text: str, chunks: Iterable[bytes]) -> str:
        self.poured += chunks
        return ""


def test_it_is_brought_once_for_a_call_and_said_once_for_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    program._say_which.cache_clear()
    stack, command = parse("test", outputs()), ReportUpgrade("db")
    for server in (Older(), Older()):
        assert program.call(stack, cast("Connection", server), command) == {"running": "18.4"}
        assert server.poured == [sent.archive()]
        assert server.lines == [program.line(stack, command), program.line(stack, command, beside=True)]
        assert server.lines[0] != server.lines[1]
    told = capsys.readouterr()
    said = "The server runs another release of Petbase; this command uses the release of your checkout.\n"
    assert (told.out, told.err) == ("", said)
