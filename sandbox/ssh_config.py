"""How a person's own ssh and git reach the sandbox's server: with its key, and no other host key than its own."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write(folder: Path, server: Mapping[str, Any]) -> None:
    """`ssh_config` and `known_hosts` in the sandbox's folder; `server` as the stack's outputs have it."""
    known = folder / "known_hosts"
    known.write_text(f"[{server['address']}]:{server['port']} {server['hostKey']}\n")
    (folder / "ssh_config").write_text(
        f"Host {server['address']}\n"
        f"  Port {server['port']}\n"
        f'  IdentityFile "{folder / "id_ed25519"}"\n'
        "  IdentitiesOnly yes\n"
        f'  UserKnownHostsFile "{known}"\n'
        "  StrictHostKeyChecking yes\n"
    )


def command(folder: Path) -> str:
    """The words for GIT_SSH_COMMAND."""
    return shlex.join(["ssh", "-F", str(folder / "ssh_config")])
