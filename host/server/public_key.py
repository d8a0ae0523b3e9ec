"""Public SSH keys, as a line of `~/.ssh/id_ed25519.pub`."""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple


class PublicKeyLine(NamedTuple):
    """An authorized-keys line without options, taken apart."""

    kind: str
    blob: bytes
    text: str

    @property
    def fingerprint(self) -> str:
        """`SHA256:…`, as `ssh-keygen -l` and `dokku ssh-keys:list` write it."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    @property
    def short(self) -> str:
        """Eight hex digits that tell keys apart in names."""
        return hashlib.sha256(self.blob).hexdigest()[:8]


def split_public_key(line: str) -> PublicKeyLine:
    """Take apart a line that holds a key. ValueError for one that holds none."""
    words = line.split()
    if len(words) < 2:
        raise ValueError(f'"{line[:40]}" is not a public SSH key')
    return PublicKeyLine(words[0], base64.b64decode(words[1], validate=True), " ".join(words))
