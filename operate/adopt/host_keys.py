"""The host key of a server that exists, compared by a person before anything trusts it."""

import subprocess
from pathlib import Path

from components.config.values.public_key import HOST_KEY_KINDS, HostKey, parse_public_key
from operate.adopt.prompts import address, asked, typed
from operate.core import terminal
from operate.core.errors import PetbaseError, RefusedError

_KEYSCAN_SECONDS = "10"


class NoHostKeyError(PetbaseError):
    """No SSH server answers at that address and port."""


def existing_server(given: str | None, port: int, host_key: str | None) -> tuple[str, str | None]:
    """Address and host key of a server that exists, or nothing; a person is asked again where no server answers."""
    while True:
        where = asked("--host", "Address of an existing server (Enter: create one at Hetzner)", given, address, "")
        try:
            return where, confirmed_host_key(where, port, host_key) if where else None
        except NoHostKeyError as problem:
            if given is not None:
                raise
            terminal.note(f"  {problem}")


def confirmed_host_key(host: str, port: int, given: str | None) -> str:
    """The host key of a server that exists: the one given, or what it shows, compared by a person now or before."""
    if given is not None:
        return asked("--host-key", "", given, typed(HostKey))
    line = _scan(host, port)
    if _known(host, port, line):
        return line
    terminal.note(f"{host} shows this host key:\n  {line}\n  {parse_public_key(line).fingerprint}")
    kind = line.removeprefix("ssh-").partition("-")[0].partition(" ")[0]
    terminal.note(f"Compare it on the server itself: ssh-keygen -l -f /etc/ssh/ssh_host_{kind}_key.pub")
    if (terminal.ask("Is it the same? yes or no") or "") not in ("y", "yes"):
        raise RefusedError(f"The host key was not confirmed, so nothing was written. In a script: --host-key '{line}'")
    return line


def _known(host: str, port: int, line: str) -> bool:
    """Whether the person's own known_hosts has this key for this server: then it was compared before."""
    name = host if port == 22 else f"[{host}]:{port}"
    words = ["ssh-keygen", "-F", name, "-f", str(Path("~/.ssh/known_hosts").expanduser())]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return any(parts[1:3] == line.split()[:2] for parts in map(str.split, done.stdout.splitlines()))


def _scan(host: str, port: int) -> str:
    """The first of its keys that pulumi-command can check."""
    words = ["ssh-keyscan", "-T", _KEYSCAN_SECONDS, "-t", "ed25519,ecdsa", "-p", str(port), host]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    shown = [line.split(" ", 1)[1] for line in done.stdout.splitlines() if " " in line and not line.startswith("#")]
    found = [line for kind in HOST_KEY_KINDS for line in shown if line.startswith(f"{kind} ")]
    if not found:
        raise NoHostKeyError(
            f"{host}, port {port}, shows no Ed25519 or ECDSA host key. Is it running, and is that its SSH port "
            "(--ssh-port)?"
        )
    return parse_public_key(found[0]).text
