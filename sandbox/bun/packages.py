"""npm packages that a lock file names, in a cache folder outside the checkout.

None of their install scripts runs. A lock file holds checksums and no hosts: npm asks the registry it was told to ask.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 300  # seconds for npm
_FILES = ("package.json", "package-lock.json")
_COMMAND = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")


@dataclass(frozen=True)
class Packages:
    """Those of package.json and package-lock.json in the folder `where`, kept under `name`."""

    where: Path
    name: str

    @property
    def folder(self) -> Path:
        """Where they lie: ~/.cache/petbase/NAME-DIGEST, or below XDG_CACHE_HOME."""
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        digest = hashlib.sha256((self.where / _FILES[1]).read_bytes()).hexdigest()
        return base / "petbase" / f"{self.name}-{digest[:8]}"

    @property
    def modules(self) -> Path:
        """The folder that has the packages; it is there when all of them are."""
        return self.folder / "node_modules"

    def install(self) -> Path | None:
        """`modules`, installed first where they are absent; None where there is no npm, or no registry."""
        npm = shutil.which("npm")
        if self.modules.exists() or npm is None:
            return self.modules if self.modules.exists() else None
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{self.name}-", dir=self.folder.parent) as folder:
            for file in _FILES:
                shutil.copy(self.where / file, folder)
            try:
                subprocess.run([npm, *_COMMAND], cwd=folder, check=True, capture_output=True, timeout=_PATIENCE)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                return None
            self.folder.mkdir(exist_ok=True)
            if not self.modules.exists():
                (Path(folder) / "node_modules").rename(self.modules)
        return self.modules
