"""The Bun that runs pushed apps in the sandbox, from npm, in a cache folder outside the checkout.

Only the platform's own package is unpacked, and none of its install scripts runs. The lock file holds checksums and no
hosts: npm asks the registry it was told to ask.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
_PATIENCE = 300  # seconds for npm
_ANSWERS = 20  # seconds for a binary's --version


def version() -> str:
    """The pinned version."""
    return str(json.loads((HERE / "package.json").read_text())["dependencies"]["bun"])


def cache() -> Path:
    """Where this version lives: ~/.cache/petbase/bun-VERSION, or below XDG_CACHE_HOME."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "petbase" / f"bun-{version()}"


def find() -> Path | None:
    """Bun's binary if it was installed and runs here, else None: then the app's Python twin serves."""
    for binary in sorted(cache().glob("node_modules/@oven/*/bin/bun")):
        if _runs(binary):
            return binary
    return None


def install() -> Path | None:
    """Bun's binary, installed first where it is absent; None where there is no npm, or none for this machine."""
    found, npm = find(), shutil.which("npm")
    if found or npm is None:
        return found
    directory = cache()
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, directory / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=directory, check=True, capture_output=True, timeout=_PATIENCE)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return find()


def _runs(binary: Path) -> bool:
    try:
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, timeout=_ANSWERS)
    except (OSError, subprocess.TimeoutExpired):  # another platform's, or another libc's
        return False
    return done.returncode == 0 and done.stdout.strip() == version()
