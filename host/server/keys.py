"""Keys that may push: Dokku's own list, and what each stack on the server asks for.

Dokku knows a key once, so two stacks with the same person share it, under the name that the first gave it. What each
asks for is written down, and a key is removed when it was this stack's and no stack asks for it any more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from host.core.host import Host
from host.server.public_key import PublicKeyLine

_FOLDER = "server/keys"
_LISTED = re.compile(r'^(SHA256:\S+) NAME="([^"]*)"', re.MULTILINE)
_OURS = "petbase-"


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
