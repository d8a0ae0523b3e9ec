"""Where things lie: inside a sandbox host (absolute, as its processes see them), and on this machine's disk."""

from __future__ import annotations

from pathlib import Path

# Inside the host. Nothing there depends on where the checkout or Python lie on this machine.
PETBASE = Path("/.petbase")
PYTHON = PETBASE / "python"
CHECKOUT = PETBASE / "checkout"
SITE = PETBASE / "site"
BUN = PETBASE / "bun"
LOG = PETBASE / "log"
MACHINE = PETBASE / "machine.json"
USER_DATA = PETBASE / "user-data"
BOOT_STATUS = Path("/run/cloud-init/result.json")
ROUTES = Path("/var/lib/dokku/sandbox/routes.json")

SSH_PORT = 2222  # an ordinary user cannot bind 22
OWN_DIRECTORIES = ("etc", "home", "root", "run", "var", "tmp")


def checkout() -> Path:
    """The checkout that this file belongs to."""
    return Path(__file__).resolve().parents[2]


def hostname() -> str:
    """The host's own name."""
    return Path("/proc/sys/kernel/hostname").read_text().strip()
