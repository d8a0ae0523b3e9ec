"""Public SSH keys: which may push, by Dokku's own list, and which open root.

Dokku knows a key once, so two stacks with the same person share it, under the name that the first gave it. What each
asks for is written down, and a key is removed when it was this stack's and no stack asks for it any more. In root's
authorized_keys each stack has a block; what is outside of it is not ours.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from host.core import files
from host.core.host import Host

_FOLDER = "server/keys"
_LISTED = re.compile(r'^(SHA256:\S+) NAME="([^"]*)"', re.MULTILINE)
_OURS = "petbase-"
_FILE = "/root/.ssh/authorized_keys"


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


def ensure_keys(host: Host, keys: Sequence[PublicKeyLine]) -> None:
    """Add the keys that Dokku lacks, remove those of this stack that no stack wants."""
    # It answers 1 where there is none.
    answer = host.ask("dokku", "ssh-keys:list")
    listed = _LISTED.findall(answer.stdout) if answer.ok else []
    present = {fingerprint for fingerprint, _ in listed}
    for key in keys:
        if key.fingerprint not in present:
            name = f"{_prefix(host)}{key.short}"
            host.step(f"key {name} may push")
            host.dokku("ssh-keys:add", name, stdin=f"{key.text}\n")
    wanted = {key.fingerprint for key in keys}
    _remove_unwanted(host, listed, wanted)
    host.state.write(f"{_FOLDER}/{host.stack}", fingerprints=sorted(wanted))


def _remove_unwanted(host: Host, listed: list[tuple[str, str]], wanted: set[str]) -> None:
    before = _asked_for(host, host.stack)
    others = {one for stack in host.state.names(_FOLDER) if stack != host.stack for one in _asked_for(host, stack)}
    # Exactly the name that this stack would give it: petbase-prod-eu-… is another stack's.
    named_here = re.compile(re.escape(_prefix(host)) + ".{8}")
    for fingerprint, name in listed:
        if fingerprint in wanted | others or not name.startswith(_OURS):
            continue
        if fingerprint in before or named_here.fullmatch(name):
            host.step(f"key {name} may no longer push")
            host.dokku("ssh-keys:remove", name)


def _asked_for(host: Host, stack: str) -> set[str]:
    return set((host.state.read(f"{_FOLDER}/{stack}") or {}).get("fingerprints", []))


def _prefix(host: Host) -> str:
    return f"{_OURS}{host.stack}-"


def key_block(stack: str, keys: Sequence[str]) -> str:
    """The block of a stack, as the first boot (components.cloud.cloud_init) and every later run write it."""
    return "".join(f"{line}\n" for line in (_begin(stack), *keys, _end(stack)))


def ensure_root_keys(host: Host, keys: Sequence[str]) -> None:
    """Bring the block up to date. A stack that never had keys gets no block.

    Where a user with sudo sets up a server, root may never have had any, so the file is made.
    """
    file = host.path(_FILE)
    lines = files.read(file).splitlines()
    if not keys and _begin(host.stack) not in lines:
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    others = "".join(f"{line}\n" for line in _without_block(lines, host.stack))
    files.write_if_changed(file, others + key_block(host.stack, keys), 0o600)


def _without_block(lines: list[str], stack: str) -> list[str]:
    begin, end = _begin(stack), _end(stack)
    if begin not in lines:
        return lines
    first = lines.index(begin)
    if end not in lines[first:]:
        # Somebody took the last line away: what follows may be anybody's.
        return lines[:first] + lines[first + 1 :]
    return lines[:first] + lines[lines.index(end, first) + 1 :]


def _begin(stack: str) -> str:
    return f"# petbase begin {stack}"


def _end(stack: str) -> str:
    return f"# petbase end {stack}"
