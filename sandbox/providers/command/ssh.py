"""The SSH side of the command provider: dialling with retries, one session, output as it comes, errors in Go's words.

Retries as in pulumi-command: 100 ms, times 1.5, at most 5 s between two tries; every error of a dial is tried again, a
wrong host key and a refused user key too. Nothing after the dial is ever repeated.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncssh

from sandbox.providers.resource import ApiError

from .credentials import Dial, SshError, credentials

__all__ = ["Dial", "Outcome", "SshError", "connect", "finished", "run"]

Answer = TypeVar("Answer")

FIRST_DELAY, FACTOR, LONGEST_DELAY = 0.1, 1.5, 5.0
_NO_STATUS = "wait: remote command exited without exit status or exit signal"


@dataclass
class Outcome:
    """What a command printed, apart and merged as it came, and Go's words for how it ended ("" when well)."""

    stdout: str = ""
    stderr: str = ""
    merged: str = ""
    failure: str = ""


def finished(work: Coroutine[Any, Any, Answer], timeout: float) -> Answer:
    """What `work` answers; ApiError when it fails or takes longer than `timeout` seconds (0: no limit)."""
    try:
        return asyncio.run(asyncio.wait_for(work, timeout or None))
    except TimeoutError:
        raise ApiError("context deadline exceeded") from None
    except SshError as problem:
        raise ApiError(str(problem)) from None


async def connect(dial: Dial, say: Callable[[str], None]) -> asyncssh.SSHClientConnection:
    """A connection, however many tries the limit allows (-1: no limit). SshError when they are used up."""
    if dial.proxy:
        raise SshError("the sandbox's command provider knows no proxy")
    async with credentials(dial) as options:
        return await _dialled(dial, options, say)


async def _dialled(dial: Dial, options: dict[str, Any], say: Callable[[str], None]) -> asyncssh.SSHClientConnection:
    tries, delay = 0, FIRST_DELAY
    while True:
        try:
            return await asyncio.wait_for(asyncssh.connect(**options), dial.perDialTimeout or None)
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
    process = await connection.create_process(text, errors="replace")
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
            line(stream, text)
    if rest:
        line(stream, rest)


def _in_go(problem: BaseException, dial: Dial) -> str:
    where = f"dial tcp {dial.host}:{int(dial.port)}"
    if isinstance(problem, TimeoutError):
        return f"{where}: i/o timeout"
    if isinstance(problem, asyncssh.HostKeyNotVerifiable):
        return "ssh: handshake failed: ssh: host key mismatch"
    if isinstance(problem, asyncssh.PermissionDenied):
        tried = "none password" if dial.password and not dial.privateKey else "none publickey"
        return (
            "ssh: handshake failed: ssh: unable to authenticate, "
            f"attempted methods [{tried}], no supported methods remain"
        )
    if isinstance(problem, ConnectionRefusedError):
        return f"{where}: connect: connection refused"
    if isinstance(problem, asyncssh.ConnectionLost | ConnectionResetError):
        return "ssh: handshake failed: EOF"
    return f"{where}: {problem}"


def _ended(process: asyncssh.SSHClientProcess[str]) -> str:
    if process.exit_signal:
        name = process.exit_signal[0]
        number = getattr(signal, f"SIG{name}", 0)
        return f"Process exited with status {128 + int(number)} from signal {name}"
    if process.exit_status is None:
        return _NO_STATUS
    return f"Process exited with status {process.exit_status}" if process.exit_status else ""
