"""The SSH side of the command provider: dialling with retries, one session, output as it comes, errors in Go's words.

Retries as in pulumi-command: 100 ms, times 1.5, at most 5 s between two tries; every error of a dial is tried again, a
wrong host key and a refused user key too. Nothing after the dial is ever repeated.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncssh

from sandbox.providers.resource import ApiError

from .credentials import Dial, SshError, credentials

__all__ = ["Dial", "Outcome", "SshError", "connect", "finished", "run", "shown"]

Answer = TypeVar("Answer")

FIRST_DELAY, FACTOR, LONGEST_DELAY = 0.1, 1.5, 5.0
_HANDSHAKE = "ssh: handshake failed"
_NO_STATUS = "wait: remote command exited without exit status or exit signal"


@dataclass
class Outcome:
    """What a command printed, apart and merged as it came, and Go's words for how it ended ("" when well)."""

    stdout: str = ""
    stderr: str = ""
    merged: str = ""
    failure: str = ""


def finished(work: Coroutine[Any, Any, Answer]) -> Answer:
    """What `work` answers; ApiError when it fails."""
    try:
        return asyncio.run(work)
    except SshError as problem:
        raise ApiError(str(problem)) from None


async def connect(dial: Dial, timeout: float, say: Callable[[str], None]) -> asyncssh.SSHClientConnection:
    """A connection, however many tries the limit allows (-1: no limit). SshError when they are used up.

    `timeout`, seconds (0: no limit), ends the dialling and nothing after it: a command that runs is not cut.
    """
    async with credentials(dial) as options:
        try:
            return await asyncio.wait_for(_dialled(dial, options, say), timeout or None)
        except TimeoutError:
            raise SshError("context deadline exceeded") from None


async def _dialled(dial: Dial, options: dict[str, Any], say: Callable[[str], None]) -> asyncssh.SSHClientConnection:
    tries, delay = 0, FIRST_DELAY
    while True:
        try:
            return await asyncssh.connect(**options)
        except (OSError, asyncssh.Error, TimeoutError) as problem:
            if -1 < dial.dialErrorLimit <= tries:
                raise SshError(f"after {tries} failed attempts: {_in_go(problem, dial)}") from None
        tries += 1
        say(f"Dial {tries}/{'inf' if dial.dialErrorLimit == -1 else dial.dialErrorLimit} failed: retrying")
        await asyncio.sleep(delay)
        delay = min(delay * FACTOR, LONGEST_DELAY)


async def run(
    connection: asyncssh.SSHClientConnection, text: str, stdin: str, line: Callable[[str, str], None]
) -> Outcome:
    """Run `text` in a new session; `line` is told each line of output with its stream while it runs."""
    process = await connection.create_process(text, errors="surrogateescape")
    outcome = Outcome()
    with suppress(BrokenPipeError, ConnectionError):  # a command need not read its input
        process.stdin.write(stdin)
        process.stdin.write_eof()
    try:
        await asyncio.gather(
            _collect(process.stdout, "stdout", outcome, line), _collect(process.stderr, "stderr", outcome, line)
        )
    except asyncssh.ConnectionLost:  # Go's client sees no more than the end of the channel
        outcome.failure = _NO_STATUS
        return outcome
    await process.wait_closed()
    outcome.failure = _ended(process)
    return outcome


async def _collect(
    reader: asyncssh.SSHReader[str], stream: str, outcome: Outcome, line: Callable[[str, str], None]
) -> None:
    rest = ""
    while chunk := await reader.read(65536):
        setattr(outcome, stream, getattr(outcome, stream) + chunk)
        outcome.merged += chunk
        *whole, rest = (rest + chunk).split("\n")
        for text in whole:
            line(stream, shown(text))
    if rest:
        line(stream, shown(rest))


def shown(text: str) -> str:
    """What is not UTF-8 becomes a replacement character, where text is for people."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def _in_go(problem: BaseException, dial: Dial) -> str:
    where = f"dial tcp {dial.host}:{int(dial.port)}"
    tried = "none publickey" if dial.privateKey or dial.agent else "none"
    refused = f"unable to authenticate, attempted methods [{tried}], no supported methods remain"
    texts: dict[type | tuple[type, ...], str] = {
        socket.gaierror: f"dial tcp: lookup {dial.host}: no such host",
        ConnectionRefusedError: f"{where}: connect: connection refused",
        TimeoutError: f"{where}: i/o timeout",
        asyncssh.HostKeyNotVerifiable: f"{_HANDSHAKE}: ssh: host key mismatch",
        asyncssh.KeyExchangeFailed: f"{_HANDSHAKE}: ssh: no common algorithm for host key",
        asyncssh.PermissionDenied: f"{_HANDSHAKE}: ssh: {refused}",
        (asyncssh.ConnectionLost, ConnectionResetError): f"{_HANDSHAKE}: EOF",
    }
    return next((text for kind, text in texts.items() if isinstance(problem, kind)), f"{where}: {problem}")


def _ended(process: asyncssh.SSHClientProcess[str]) -> str:
    if process.exit_signal:
        name = process.exit_signal[0]
        number = getattr(signal, f"SIG{name}", 0)
        return f"Process exited with status {128 + int(number)} from signal {name}"
    if process.exit_status is None:
        return _NO_STATUS
    return f"Process exited with status {process.exit_status}" if process.exit_status else ""
