"""The private key that opens a server: pulumi-command takes one without a passphrase, and asks nobody for any."""

import base64
import binascii
import re

_PEM = re.compile(r"-----BEGIN ([A-Z ]*)PRIVATE KEY-----\s(.*)\s-----END ", re.DOTALL)
# The beginning of OpenSSH's own form: its name, and a cipher of four letters, which is "none" without a passphrase.
_OPEN = b"openssh-key-v1\0\0\0\0\x04none"


def problem_of_private_key(text: str) -> str:
    """Why it opens no server, without the key; "" where it can."""
    found = _PEM.search(text)
    if not found:
        return (
            "is not a private key; set it again from its file: ./petbase secrets set sshPrivateKey < ~/.ssh/id_ed25519"
        )
    if _has_passphrase(*found.groups()):
        return (
            "has a passphrase, which no one can type while pulumi up runs. Set a key without one, or remove this one "
            "(./petbase secrets remove sshPrivateKey) and load yours into an SSH agent"
        )
    return ""


def _has_passphrase(kind: str, body: str) -> bool:
    if kind != "OPENSSH ":
        return "ENCRYPTED" in kind + body
    try:
        return not base64.b64decode(body).startswith(_OPEN)
    except binascii.Error:
        return False
