"""The restic that backs up files in the sandbox: this machine's own, else Debian's package, unpacked in a cache folder.

The same package that a Debian server installs. apt checks it against its signed lists; nothing of it is run by dpkg.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

MISSING = "restic is not installed here and apt has no package of it, so no files are backed up (docs/sandbox.md)"
_ANSWERS, _PATIENCE = 20, 120  # seconds for --version, for apt


def _cached() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "petbase" / "restic" / "restic"


def find() -> Path | None:
    """The binary if there is one that runs here, else None."""
    own = shutil.which("restic")
    return next((one for one in (*([Path(own)] if own else []), _cached()) if _runs(one)), None)


def install() -> Path | None:
    """The binary, unpacked from Debian's package first where there is none; None where that cannot be had."""
    if (found := find()) or not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return found
    _cached().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_cached().parent) as folder:
        try:
            _run(folder, "apt-get", "download", "restic")
            (package,) = Path(folder).glob("restic_*.deb")
            _run(folder, "dpkg-deb", "--extract", package.name, "x")
            (Path(folder) / "x/usr/bin/restic").rename(_cached())
        except (OSError, ValueError, subprocess.SubprocessError):
            return None
    return find()


def _run(folder: str, *words: str) -> None:
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=_PATIENCE)


def _runs(binary: Path) -> bool:
    try:
        return subprocess.run([binary, "version"], capture_output=True, check=False, timeout=_ANSWERS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):  # none, or another platform's
        return False
