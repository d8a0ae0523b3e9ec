"""What `make setup` says at its end: whether the other programs that Petbase starts are there, and what comes next."""

import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from sandbox.engine.pulumi_get import recent_enough, version_of
from sandbox.engine.pulumi_release import VERSION

_INSTALL = "https://www.pulumi.com/docs/install/"
_SCRIPTS_FOLDER = Path("~/.pulumi/bin")


def lines() -> Iterator[str]:
    """The report, a line each."""
    yield f"Petbase is set up in .venv (Python {platform.python_version()})."
    yield f"  Pulumi CLI  {_pulumi()}"
    ssh = shutil.which("ssh")
    yield f"  ssh         {ssh or 'not found; install the OpenSSH client'}"
    yield "Next: ./petbase init prod (docs/tokens.md), or make sandbox, which needs no account."


def _pulumi() -> str:
    found = shutil.which("pulumi")
    if found is None:
        return _missing()
    version = version_of(Path(found))
    shown = ".".join(map(str, version)) or "unknown version"
    if not recent_enough(version):
        return f"{shown} at {found}, but Petbase needs {VERSION} or a later 3.x; update it: {_INSTALL}"
    return f"{shown} at {found}"


def _missing() -> str:
    if (_SCRIPTS_FOLDER / "pulumi").expanduser().exists():
        return f'found in {_SCRIPTS_FOLDER}, which is not on your PATH; run: export PATH="$HOME/.pulumi/bin:$PATH"'
    way = "brew install pulumi/tap/pulumi" if sys.platform == "darwin" else "curl -fsSL https://get.pulumi.com | sh"
    return f"not found; `pulumi up` needs it. Install it: {way} (other ways: {_INSTALL})"


if __name__ == "__main__":
    print("\n".join(lines()))
