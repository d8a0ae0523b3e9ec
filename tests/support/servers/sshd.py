"""A small real SSH server in a thread: commands by sh, files by SFTP, opened by one key, on a free port."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncssh


@dataclass
class SmallSsh:
    """Where it listens, who it is, who may in, and how many connections came."""

    port: int
    host_key: str
    user_key: str
    connections: list[str] = field(default_factory=list)
    running: set[int] = field(default_factory=set)

    def connection(self) -> dict[str, Any]:
        """How a remote command gets in, at the first try or not at all."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "privateKey": self.user_key,
            "hostKey": self.host_key,
            "dialErrorLimit": 0,
        }


@contextlib.contextmanager
def small_ssh(port: int = 0, *, sftp: bool = True, kinds: Sequence[str] = ("ssh-ed25519",)) -> Iterator[SmallSsh]:
    """Serve until the block ends, with a host key of each kind."""
    hosts, user = [*map(asyncssh.generate_private_key, kinds)], asyncssh.generate_private_key("ssh-ed25519")
    served = SmallSsh(0, hosts[0].export_public_key().decode().strip(), user.export_private_key().decode())
    loop, ready, ends = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        server = await asyncssh.listen(
            "127.0.0.1",
            port,
            server_factory=lambda: _Counting(served),
            server_host_keys=hosts,
            authorized_client_keys=asyncssh.import_authorized_keys(user.export_public_key().decode()),
            process_factory=partial(_run, served.running),
            sftp_factory=sftp,
            encoding=None,
        )
        served.port = server.get_port()
        ready.set()
        await ends.wait()
        server.close()
        await server.wait_closed()
        await _end(served.running)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(ends.set)
        thread.join(10)
        loop.close()


class _Counting(asyncssh.SSHServer):
    def __init__(self, served: SmallSsh) -> None:
        self.served = served

    def begin_auth(self, username: str) -> bool:
        self.served.connections.append(username)
        return True


async def _end(running: set[int]) -> None:
    """A client that was cut off leaves its command running: ended here, not by the collector in a later test."""
    for group in running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    for _ in range(200):
        if not running:
            return
        await asyncio.sleep(0.01)


async def _run(running: set[int], process: asyncssh.SSHServerProcess[bytes]) -> None:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        "sh", "-c", process.command or "", stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    )
    running.add(child.pid)
    try:
        await _serve(child, process)
    finally:
        running.discard(child.pid)


async def _serve(child: asyncio.subprocess.Process, process: asyncssh.SSHServerProcess[bytes]) -> None:
    assert child.stdin
    assert child.stdout
    assert child.stderr
    feeding = asyncio.create_task(_copy(process.stdin, child.stdin))
    await asyncio.gather(_copy(child.stdout, process.stdout), _copy(child.stderr, process.stderr))
    code = await child.wait()
    feeding.cancel()
    with contextlib.suppress(OSError, asyncssh.Error):
        process.exit_with_signal("KILL") if code < 0 else process.exit(code)


async def _copy(source: Any, target: Any) -> None:
    with contextlib.suppress(ConnectionError, asyncssh.Error):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
        if isinstance(target, asyncio.StreamWriter):
            target.close()
