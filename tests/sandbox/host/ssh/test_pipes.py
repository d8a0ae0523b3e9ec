"""What a session's standard input does with the loop that it shares with every other session."""

import asyncio
import os

import asyncssh

from sandbox.host.ssh.pipes import Feed

MUCH = 200_000  # bytes, more than a pipe holds


class Session:
    def hold_input(self, held: bool) -> None: ...

    def output(self, data: bytes, datatype: asyncssh.DataType) -> None: ...

    def source_closed(self) -> None: ...


def _feed(fd: int) -> Feed:
    feed = Feed(Session())
    feed.connect(fd)
    feed.write(b"x" * MUCH)
    return feed


async def _until_its_end(fd: int) -> int:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb"))
    try:
        return len(await asyncio.wait_for(reader.read(), 10))
    finally:
        transport.close()


async def _two_sessions() -> tuple[int, int]:
    out, fd = os.pipe()
    first = _feed(fd)
    arrived = 0
    while arrived < MUCH - 65536:
        arrived += len(os.read(out, 65536))
        first.write(b"")
    first.close()  # while the loop still waits for room, though all of the rest has some
    arrived += await _until_its_end(out)
    out, other = os.pipe()
    if other != fd:
        os.dup2(other, fd, inheritable=False)
        os.close(other)
    _feed(fd).close()
    return arrived, await _until_its_end(out)


def test_an_input_that_ended_while_it_was_held_up_does_not_hold_up_the_next_session() -> None:
    assert asyncio.run(_two_sessions()) == (MUCH, MUCH)
