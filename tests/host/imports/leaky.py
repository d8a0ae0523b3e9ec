"""A line to the source that breaks: a stand-in for a network, between pg_dump and a real PostgreSQL."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PASSES_BYTES = 60_000
"""Of what a session reads: enough for a question, and too little for the rows of a dump."""


@contextmanager
def line(to: int, *, ends: bool) -> Iterator[int]:
    """A port that leads to the port `to`. After some bytes it ends (`ends`), or nothing comes any more."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, to, held, ends), daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            for one in held:
                one.close()


def _accept(server: socket.socket, to: int, held: list[socket.socket], ends: bool) -> None:
    with suppress(OSError):
        while True:
            near, far = server.accept()[0], socket.create_connection(("127.0.0.1", to))
            held += [near, far]
            threading.Thread(target=_pass, args=(near, far, 1 << 60, ends), daemon=True).start()
            threading.Thread(target=_pass, args=(far, near, _PASSES_BYTES, ends), daemon=True).start()


def _pass(source: socket.socket, target: socket.socket, left: int, ends: bool) -> None:
    with suppress(OSError):
        while left > 0 and (chunk := source.recv(1 << 14)):
            target.sendall(chunk)
            left -= len(chunk)
        if left > 0 or ends:
            target.shutdown(socket.SHUT_RDWR)
