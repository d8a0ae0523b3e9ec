"""A session's pipes: bytes into a command and bytes out of it, each held up while the other end is slow."""

import asyncio
import os
from typing import Protocol

import asyncssh


class Owner(Protocol):
    """What a pipe tells its session."""

    def hold_input(self, held: bool) -> None: ...
    def output(self, data: bytes, datatype: asyncssh.DataType) -> None: ...
    def source_closed(self) -> None: ...


class Feed:
    """A command's standard input. What comes after the command closed it is dropped, as sshd drops it."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._fd: int | None = None
        self._waiting = bytearray()
        self._eof = False

    def connect(self, fd: int) -> None:
        """Start writing to `fd`, which is this feed's from now on."""
        os.set_blocking(fd, False)
        self._fd = fd
        self._flush()

    def write(self, data: bytes) -> None:
        """Pass `data` on, now or when the command reads again."""
        if not self._eof:
            self._waiting += data
            self._flush()

    def close(self) -> None:
        """Close when everything is written."""
        self._eof = True
        self._flush()

    def abort(self) -> None:
        """Close at once; what was not read yet is lost with the client that sent it."""
        self._waiting.clear()
        self.close()

    def _flush(self) -> None:
        if self._fd is None:
            return
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                del self._waiting[: os.write(self._fd, self._waiting[:65536])]
        except BlockingIOError:
            loop.add_writer(self._fd, self._writable)
            self._owner.hold_input(True)
            return
        except OSError:  # EPIPE: the reader is gone
            self._waiting.clear()
            self._eof = True
        if self._eof:
            # The end of the input comes while writing is held up too. A closed number that the loop still waits for
            # would be the next session's, for which the loop would never wait.
            loop.remove_writer(self._fd)
            os.close(self._fd)
            self._fd = None

    def _writable(self) -> None:
        assert self._fd is not None
        asyncio.get_running_loop().remove_writer(self._fd)
        self._owner.hold_input(False)
        self._flush()


class Source:
    """One output of a command."""

    def __init__(self, owner: Owner, fd: int, datatype: asyncssh.DataType) -> None:
        self._owner, self._fd, self._datatype = owner, fd, datatype
        self.closed = False
        os.set_blocking(fd, False)
        self.resume()

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, 65536)
        except BlockingIOError:
            return
        except OSError:  # EIO: the terminal's other end is closed
            data = b""
        if data:
            self._owner.output(data, self._datatype)
        else:
            self.close()
            self._owner.source_closed()

    def pause(self) -> None:
        """Stop reading until `resume`: the client does not keep up."""
        if not self.closed:
            asyncio.get_running_loop().remove_reader(self._fd)

    def resume(self) -> None:
        """Read again."""
        if not self.closed:
            asyncio.get_running_loop().add_reader(self._fd, self._readable)

    def close(self) -> None:
        """Let go of the pipe; a command that writes to it afterwards gets SIGPIPE, one on a terminal SIGHUP."""
        if not self.closed:
            self.pause()
            os.close(self._fd)
            self.closed = True
