"""Who a connection is, and what opens it: a private key, a password, an agent; never the files under ~/.ssh."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncssh


class SshError(Exception):
    """The connection could not be made or used; the text is the real provider's."""


@dataclass(frozen=True)
class Dial:
    """A connection's inputs, by the schema's own names, so that a checked `connection` can be passed as it is."""

    host: str
    user: str = "root"
    port: float = 22
    privateKey: str | None = None  # noqa: N815
    privateKeyPassword: str | None = None  # noqa: N815
    password: str | None = None
    hostKey: str | None = None  # noqa: N815
    agentSocketPath: str | None = None  # noqa: N815
    dialErrorLimit: int = 10  # noqa: N815
    perDialTimeout: int = 15  # noqa: N815
    proxy: dict[str, Any] | None = None


@asynccontextmanager
async def credentials(dial: Dial) -> AsyncIterator[dict[str, Any]]:
    """What asyncssh's `connect` takes; an agent answers until the block ends, which must hold the whole dial."""
    try:
        own = asyncssh.import_private_key(dial.privateKey, dial.privateKeyPassword) if dial.privateKey else None
        pinned: Any = ([asyncssh.import_public_key(dial.hostKey)], [], []) if dial.hostKey else None
    except asyncssh.KeyImportError as problem:
        raise SshError(f"ssh: no key found ({problem})") from None
    async with _agents_keys(dial.agentSocketPath or os.environ.get("SSH_AUTH_SOCK")) as more:
        yield {
            "host": dial.host,
            "port": int(dial.port),
            "username": dial.user,
            "password": dial.password,
            "client_keys": [*([own] if own else []), *more] or None,
            "agent_path": None,
            "known_hosts": pinned,
            "config": None,
            "login_timeout": dial.perDialTimeout or 0,
        }


@asynccontextmanager
async def _agents_keys(path: str | None) -> AsyncIterator[list[Any]]:
    if not path:
        yield []
        return
    try:
        agent = await asyncssh.connect_agent(path)
    except OSError as problem:
        raise SshError(f"dial unix {path}: connect: {str(problem.strerror).lower()}") from None
    try:
        yield list(await agent.get_keys())
    finally:
        agent.close()
        await agent.wait_closed()
