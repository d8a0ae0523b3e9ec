"""How the OpenSSH client is called: the host key pinned to the stack's own, no questions asked; and what it reads."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from operate.stack.outputs import Server


@contextmanager
def ssh_words(
    server: Server, identity: Path | None, command: str, options: Sequence[str], *, batch: bool
) -> Iterator[list[str]]:
    """For one command ("" for a login shell); the file with the host key is there for as long as the block runs."""
    with tempfile.NamedTemporaryFile("w", prefix="petbase-known-") as known:
        known.write(f"{_known_name(server)} {server.host_key}\n")
        known.flush()
        settings = {
            "UserKnownHostsFile": known.name,
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "yes",
            "UpdateHostKeys": "no",
            "BatchMode": "yes" if batch else "no",
            "PasswordAuthentication": "no",
            "ConnectTimeout": "15",
            "ServerAliveInterval": "15",
            "LogLevel": "ERROR",
        }
        if identity:
            settings |= {"IdentityFile": str(identity), "IdentitiesOnly": "yes"}
        words = ["ssh", *options, *(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))]
        target = f"{server.user}@{server.address}"
        yield [*words, "-p", str(server.port), "--", target, *([command] if command else [])]


@contextmanager
def readable(stdin: str | IO[bytes]) -> Iterator[IO[bytes]]:
    """Something that a process can read from: a file as it is, a text by way of one that has no name."""
    if not isinstance(stdin, str):
        yield stdin
        return
    with tempfile.TemporaryFile() as file:
        file.write(stdin.encode())
        file.seek(0)
        yield file


def _known_name(server: Server) -> str:
    return server.address if server.port == 22 else f"[{server.address}]:{server.port}"
