"""What a client sees: one line per step, a failure of at most a dozen lines, or JSON for ./petbase."""

import json
import os
import re
import sys
from typing import TextIO

from host.core.errors import HostError
from host.values.text import printable

_TAIL_LINES = 6
_LINE_CHARS = 300
_LONGEST_LINE = 4000
"""Pulumi's command provider never reads a line of 64 KiB to its end: `pulumi up` would wait for ever."""
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
"""Dokku's, which it prints without a terminal too."""
_PASSWORD_IN_URL = re.compile(r"://[^\s/@]*@")


class Output:
    """Writes to the client. A client that disconnects does not stop it: what has begun is finished.

    With `as_json` each line is an object: {"step": …}, {"progress": {…}}, {"last_run": …}, {"result": …} or
    {"error": …} with its "tail" and "cause".
    """

    def __init__(self, stream: TextIO | None = None, *, as_json: bool = False) -> None:
        self._stream = stream or sys.stdout
        self._as_json = as_json
        self._gone = False
        self._secrets: set[str] = set()

    def hide(self, *secrets: str) -> None:
        """Replace these values, and each line of them, by *** wherever they would be printed."""
        self._secrets.update(text for one in secrets for text in (one, *one.splitlines()) if len(text) > 3)

    def step(self, text: str) -> None:
        """Say what is being done, in a few words."""
        self._write({"step": self.masked(text)} if self._as_json else self.masked(text))

    def progress(self, **values: object) -> None:
        """How far long work is, for a progress bar; nothing for a person who reads lines."""
        if self._as_json:
            self._write({"progress": values})

    def last_run(self, seconds: float) -> None:
        """How long this took the last time."""
        self._write({"last_run": seconds} if self._as_json else f"the last one took {seconds} s")

    def result(self, value: object) -> None:
        """What the command found, as JSON on one line."""
        self._send(json.dumps({"result": value} if self._as_json else value))

    def error(self, problem: HostError) -> None:
        """The end of what the failed program printed, then the sentence: people see what comes last."""
        lines = _COLOR.sub("", problem.tail).splitlines()
        tail = [self.masked(line)[:_LINE_CHARS] for line in lines if line.strip()][-_TAIL_LINES:]
        message = self.masked(str(problem))
        if self._as_json:
            self._write({"error": message, "tail": tail, "cause": problem.cause})
        else:
            self._write("\n".join([*(f"  {line}" for line in tail), message]))

    def masked(self, text: str) -> str:
        """The text without secrets: the known ones, and user and password of any URL."""
        for secret in sorted(self._secrets, key=len, reverse=True):  # a part of another would leave the rest of it
            text = text.replace(secret, "***")
        return _PASSWORD_IN_URL.sub("://***@", text)

    def _write(self, value: object) -> None:
        self._send(_lines(value) if isinstance(value, str) else json.dumps(value))

    def _send(self, text: str) -> None:
        if self._gone:
            return
        try:
            self._stream.write(f"{text}\n")
            self._stream.flush()
        except OSError:
            self._gone = True
            # Python would try to flush once more when it exits, and fail with exit code 120.
            if self._stream is sys.stdout:
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


def _lines(text: str) -> str:
    """What a tenant named or raised may be in it, and no terminal is to obey that."""
    return "\n".join(printable(line.expandtabs())[:_LONGEST_LINE] for line in text.split("\n"))
