"""The program /usr/lib/openssh/sftp-server: files by SFTP, over its standard input and output.

A stand-in for OpenSSH's. As there, sshd starts it as the user and in the user's home for the subsystem that sshd_config
names, so relative paths, rights and the umask are a session's, and a key's forced command runs instead of it. asyncssh
speaks the protocol; what it needs of an SSH channel are the few methods below.
"""

import asyncio
import os
import sys
from typing import Any

import asyncssh
from asyncssh.logging import sftp_logger
from asyncssh.sftp import SFTPServerHandler

_VERSION = 3  # OpenSSH's


class _Input(asyncio.StreamReader):
    """What the client sends."""

    logger = sftp_logger

    def get_extra_info(self, _name: str, default: object = None) -> object:
        return default


class _Output:
    """What the client gets; `channel` is what a writer of asyncssh has."""

    @property
    def channel(self) -> "_Output":
        return self

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes) -> None:
        """All of it, at once: the client waits for each answer."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(sys.stdout.fileno(), rest) :]

    def close(self) -> None:
        """The process ends anyway."""


async def serve() -> None:
    """Answer until the client closes its end."""
    reader = _Input()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    channel: Any = None
    ends: tuple[Any, Any] = (reader, _Output())
    await SFTPServerHandler(asyncssh.SFTPServer(channel), *ends, _VERSION).run()


if __name__ == "__main__":
    asyncio.run(serve())
