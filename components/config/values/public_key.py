"""A public SSH key: one line, as in `~/.ssh/id_ed25519.pub`."""

import re
from typing import Annotated

from pydantic import AfterValidator

from components.config.values.form import Form
from host.server.keys import PublicKeyLine, split_public_key

# Of an RSA key, pulumi-command 1.2.1 takes a signature by SHA-1 only, which no OpenSSH since 8.8 makes.
HOST_KEY_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
_KEY_KINDS = {*HOST_KEY_KINDS, "ssh-rsa", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"}
_REST = r"\s+[A-Za-z0-9+/=]+(\s[\w .@:+/=-]*)?"
_KEY_LINE = re.compile(rf"\s*({'|'.join(sorted(_KEY_KINDS))}){_REST}", re.ASCII)
_HOST_KEY_LINE = re.compile(rf"\s*({'|'.join(HOST_KEY_KINDS)}){_REST}", re.ASCII)
_HOST_KEY_HINT = "write TYPE KEY as this prints it, without the host: ssh-keyscan -t ed25519 HOST"
_KEY_HINT = "paste the line of ~/.ssh/id_ed25519.pub"


def parse_public_key(line: str) -> PublicKeyLine:
    """Takes apart a public key as in `~/.ssh/id_ed25519.pub`; ValueError says what is wrong with it."""
    words = line.split()
    if len(words) == 1 and ("/" in line or line.endswith(".pub")):
        raise ValueError(f'"{line}" is a file; write its contents, which this prints: cat {line}')
    if "PRIVATE KEY" in line:
        raise ValueError(f"this is a private key, which must stay with you; {_KEY_HINT}")
    problem = f'"{line[:40]}" is not a public SSH key; {_KEY_HINT}'
    if len(words) < 2 or words[0] not in _KEY_KINDS or not re.fullmatch(r"[\w .@:+/=-]+", line, re.ASCII):
        raise ValueError(problem)
    try:
        key = split_public_key(line)
    except ValueError:
        raise ValueError(problem) from None
    fields = _fields(key.blob)
    if fields[:1] != [words[0].encode()] or len(fields) == 1:
        raise ValueError(problem)
    if any(word in _KEY_KINDS for word in words[1:]):
        raise ValueError(f'"{line[:40]}" is more than one key; write each on its own line')
    return key


def _fields(blob: bytes) -> list[bytes]:
    """The parts of a key, each with its length before it; none of a key that was cut off."""
    found = []
    while blob:
        size = 4 + int.from_bytes(blob[:4], "big")
        if len(blob) < size:
            return []
        found.append(blob[4:size])
        blob = blob[size:]
    return found


def _public_key(line: str) -> None:
    parse_public_key(line)


def _host_key(line: str) -> None:
    try:
        parse_public_key(line)
    except ValueError:
        raise ValueError(f'"{line[:40]}" is not a host key; {_HOST_KEY_HINT}') from None
    if line.split(maxsplit=1)[0] not in HOST_KEY_KINDS:
        raise ValueError(f'"{line[:40]}" is of a kind that pulumi up cannot check; {_HOST_KEY_HINT}')


def _one_spaced(line: str) -> str:
    return " ".join(line.split())


HostKey = Annotated[str, Form(_HOST_KEY_LINE, "a host key", _HOST_KEY_HINT, _host_key), AfterValidator(_one_spaced)]
PublicKey = Annotated[str, Form(_KEY_LINE, "a public SSH key", _KEY_HINT, _public_key), AfterValidator(_one_spaced)]
