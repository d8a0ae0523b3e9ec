"""The Bun that runs pushed apps in the sandbox, and the packages that the examples need, from npm.

Only the platform's own package of Bun is unpacked.
"""

import json
import subprocess
from pathlib import Path

from sandbox.bun.packages import Packages

HERE = Path(__file__).resolve().parent
_ANSWERS = 20  # seconds for a binary's --version


def version() -> str:
    """The pinned version."""
    return str(json.loads((HERE / "package.json").read_text())["dependencies"]["bun"])


def packages() -> Packages:
    """Bun itself, and what the examples import."""
    return Packages(HERE, f"bun-{version()}")


def find() -> Path | None:
    """Bun's binary if it was installed and runs here, else None: then an app's Python twin serves."""
    for binary in sorted(packages().modules.glob("@oven/*/bin/bun")):
        if _runs(binary):
            return binary
    return None


def install() -> Path | None:
    """Bun's binary, installed first where it is absent; None where there is no npm, or none for this machine."""
    found = find()
    if found is None and packages().install():
        found = find()
    return found


def _runs(binary: Path) -> bool:
    try:
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, timeout=_ANSWERS)
    except (OSError, subprocess.TimeoutExpired):  # another platform's, or another libc's
        return False
    return done.returncode == 0 and done.stdout.strip() == version()
