"""Keys that open root: a block of each stack in root's authorized_keys. What stands outside of it is not ours."""

from __future__ import annotations

from collections.abc import Sequence

from host.core import files
from host.core.host import Host

_FILE = "/root/.ssh/authorized_keys"


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
