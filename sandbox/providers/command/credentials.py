"""Who a connection is, and what opens it: a private key, an agent; never the files under ~/.ssh."""

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

    @property
    def agent(self) -> str | None:
        """The socket of the SSH agent that is asked as well."""
        return self.agentSocketPath or os.environ.get("SSH_AUTH_SOCK")


@asynccontextmanager
async def credentials(dial: Dial) -> AsyncIterator[dict[str, Any]]:
    """What asyncssh's `connect` takes; an agent answers until the block ends, which must hold the whole dial."""
    if dial.password or dial.privateKeyPassword or dial.proxy:
        raise SshError("the sandbox's command provider knows no password, passphrase or proxy")
    pinned = _host_key(dial.hostKey) if dial.hostKey else None
    own = _private_key(dial.privateKey) if dial.privateKey else None
    async with _agents_keys(dial.agent) as more:
        yield {
            "host": dial.host,
            "port": int(dial.port),
            "username": dial.user,
            "client_keys": [*([own] if own else []), *more] or None,
            "agent_path": None,
            "known_hosts": ([pinned], [], []) if pinned else None,
            # nothing but the key's own type: of RSA that is the one by SHA-1
            "server_host_key_algs": [pinned.algorithm.decode()] if pinned else (),
            "config": None,
            # of the TCP connection only: a server that then says nothing is waited for, however long
            "connect_timeout": dial.perDialTimeout or None,
            "login_timeout": 0,
        }


def _host_key(text: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(text)
    except asyncssh.KeyImportError:
        raise SshError("failed to parse host key: ssh: no key found") from None


def _private_key(text: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(text)
    except asyncssh.KeyImportError as problem:
        protected = "Passphrase" in str(problem)
        raise SshError(f"ssh: {'this private key is passphrase protected' if protected else 'no key found'}") from None


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
