"""The host's SSH server: keys only, users root and dokku, as OpenSSH's sshd answers; one line per login in auth.log.

A stand-in for OpenSSH (no sshd needs to be installed): commands, terminals, files by SFTP (sftp.py), and of all
forwarding only `ssh -L`. Keys and their options are read from the user's ~/.ssh/authorized_keys at each login, so what
Dokku registers there counts at once. Passwords are asked for where sshd_config allows it (sshd_config.py), and none is
right: no account of the host has one.
"""

from datetime import UTC, datetime
from pathlib import Path

import asyncssh

from sandbox.host import paths
from sandbox.host.ssh import sshd_config
from sandbox.host.ssh.login import Login, accounts
from sandbox.host.ssh.session import Session


class _Server(asyncssh.SSHServer):
    """One connection."""

    _connection: asyncssh.SSHServerConnection
    _login: Login

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 (asyncssh's interface)
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return sshd_config.in_force()["passwordauthentication"] == "yes"

    def validate_password(self, username: str, password: str) -> bool:  # noqa: ARG002 (asyncssh's interface)
        return False

    def kbdint_auth_supported(self) -> bool:
        return sshd_config.in_force()["kbdinteractiveauthentication"] == "yes"

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        home, shell = accounts().get(username, ("", ""))
        peer = self._connection.get_extra_info("peername")
        options = _options(Path(home, ".ssh/authorized_keys"), key, peer[0]) if home else None
        if options is None:
            return False
        self._login = Login(username, home, shell, peer[:2], self._connection.get_extra_info("sockname")[:2], options)
        self._key = key
        return True

    def auth_completed(self) -> None:
        login, key = self._login, self._key
        kind = key.get_algorithm().removeprefix("ssh-").upper()
        peer = f"{login.peer[0]} port {login.peer[1]}"
        _log(f"Accepted publickey for {login.user} from {peer} ssh2: {kind} {key.get_fingerprint()}")

    def session_requested(self) -> Session:
        return Session(self._login)

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:  # noqa: ARG002
        """`ssh -L`: OpenSSH allows it by default, Dokku's keys forbid it (no-port-forwarding)."""
        return "no-port-forwarding" not in self._login.options


def _options(path: Path, key: asyncssh.SSHKey, address: str) -> dict[str, object] | None:
    """The options of the line that admits `key`; None when no line does."""
    try:
        known = asyncssh.import_authorized_keys(path.read_text())
    except (OSError, ValueError):
        return None
    found = known.validate(key, address, address)
    return None if found is None else dict(found)


def _log(line: str) -> None:
    with (paths.LOG / "auth.log").open("a") as file:
        file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} sshd: {line}\n")


async def listen(address: str, port: int) -> asyncssh.SSHAcceptor:
    """Open the port; OSError when it is taken."""
    return await asyncssh.create_server(
        _Server,
        address,
        port,
        server_host_keys=[str(path) for path in sorted(Path("/etc/ssh").glob("ssh_host_*_key"))],
        server_version="petbase-sandbox",
        encoding=None,
        line_editor=False,
        allow_scp=False,
        agent_forwarding=False,
        x11_forwarding=False,
    )
