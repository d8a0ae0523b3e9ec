# ruff: noqa: ARG002 (asyncssh calls these methods with what it knows, wanted or not)
"""One SSH session: a process with raw pipes, or a terminal, between it and the client; ends as OpenSSH's sshd ends it.

- Without a terminal, a client that goes away closes the pipes: the command dies of SIGPIPE at its next write, and lives
  on if it never writes. There is no SIGHUP; that comes from a terminal only.
- The channel stays open until both outputs are closed: a background child that keeps one holds the client.
- A key's `command="…"` replaces the client's, which is then in SSH_ORIGINAL_COMMAND; both are run by the user's shell.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import struct
import subprocess
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

from sandbox.host.ssh import sshd_config
from sandbox.host.ssh.login import Login
from sandbox.host.ssh.pipes import Feed, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_STDERR = asyncssh.EXTENDED_DATA_STDERR


class Session(asyncssh.SSHServerSession[bytes]):
    """The server's end of one channel."""

    _channel: asyncssh.SSHServerChannel[bytes]
    _process: subprocess.Popen[bytes]

    def __init__(self, login: Login) -> None:
        self._login = login
        self._command: str | None = None
        self._terminal: int | None = None
        self._stdin = Feed(self)
        self._outputs: list[Source] = []
        self._exited = False

    # What the client asks for before the command starts.

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        return "no-pty" not in self._login.options

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._command = command
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """`sftp`, by the program that sshd_config names; a key's forced command takes its place, as any command's."""
        name, _, program = sshd_config.in_force().get("subsystem", "").partition(" ")
        self._command = program
        return subsystem == name

    # From the start of the command on.

    def session_started(self) -> None:
        if self._channel.get_terminal_type() is None:
            self._start_on_pipes()
        else:
            self._start_on_terminal()
        exit_notice = os.pidfd_open(self._process.pid)
        asyncio.get_running_loop().add_reader(exit_notice, self._process_exited, exit_notice)

    def _start_on_pipes(self) -> None:
        (stdin, feed), (out, stdout), (err, stderr) = os.pipe(), os.pipe(), os.pipe()
        self._process = self._spawn(stdin, stdout, stderr)
        for fd in (stdin, stdout, stderr):
            os.close(fd)
        self._stdin.connect(feed)
        self._outputs = [Source(self, out, None), Source(self, err, _STDERR)]

    def _start_on_terminal(self) -> None:
        master, slave = os.openpty()
        self._terminal = master
        self.terminal_size_changed(*self._channel.get_terminal_size())
        self._process = self._spawn(slave, slave, slave, terminal=True)
        os.close(slave)
        self._stdin.connect(os.dup(master))
        self._outputs = [Source(self, master, None)]

    def _spawn(self, stdin: int, stdout: int, stderr: int, *, terminal: bool = False) -> subprocess.Popen[bytes]:
        command, environment = self._what_to_run()
        shell = self._login.shell
        words = [shell, "-c", command] if command is not None else [f"-{Path(shell).name}"]
        if terminal:
            environment |= {"TERM": self._channel.get_terminal_type() or "dumb", "SSH_TTY": os.ttyname(stdin)}
        return subprocess.Popen(
            words,
            executable=shell,
            env=environment,
            cwd=self._login.home,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=_take_terminal if terminal else None,  # noqa: PLW1509 (one thread only)
        )

    def _what_to_run(self) -> tuple[str | None, dict[str, str]]:
        sent = self._channel.get_environment()
        environment = self._login.environment
        environment |= {k: v for k, v in sent.items() if k == "LANG" or k.startswith("LC_")}  # Debian's AcceptEnv
        forced = self._login.options.get("command")
        if forced is None:
            return self._command, environment
        if self._command is not None:
            environment["SSH_ORIGINAL_COMMAND"] = self._command
        return str(forced), environment

    # From the client to the command.

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        self._stdin.write(data)

    def eof_received(self) -> bool:
        if self._terminal is None:
            self._stdin.close()
        return True  # the channel stays open for the command's output

    def signal_received(self, signal: str) -> None:
        with contextlib.suppress(ProcessLookupError, KeyError):
            os.killpg(self._process.pid, _number(signal))

    def terminal_size_changed(self, width: int, height: int, pixwidth: int = 0, pixheight: int = 0) -> None:
        if self._terminal is not None:
            fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, pixwidth, pixheight))

    def pause_writing(self) -> None:
        for output in self._outputs:
            output.pause()

    def resume_writing(self) -> None:
        for output in self._outputs:
            output.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone: it neither writes nor reads."""
        self._stdin.abort()
        for output in self._outputs:
            output.close()

    # From the command to the client.

    def hold_input(self, held: bool) -> None:
        """Called by the feed when the command does not read fast enough, and when it does again."""
        (self._channel.pause_reading if held else self._channel.resume_reading)()

    def output(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Called by a source with what the command wrote."""
        if not self._channel.is_closing():
            self._channel.write(data, datatype)

    def _process_exited(self, exit_notice: int) -> None:
        asyncio.get_running_loop().remove_reader(exit_notice)
        os.close(exit_notice)
        self._process.wait()
        self._exited = True
        self.source_closed()

    def source_closed(self) -> None:
        """Called by a source at its end; when all is over the client hears how."""
        if not self._exited or not all(output.closed for output in self._outputs) or self._channel.is_closing():
            return
        self._stdin.abort()
        code = self._process.returncode
        if code < 0:
            self._channel.exit_with_signal(signal.Signals(-code).name.removeprefix("SIG"))
        else:
            self._channel.exit(code)


def _number(name: str) -> int:
    return int(signal.Signals[f"SIG{name}"])


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
