"""Gets the pinned Pulumi CLI where it is not installed: the official download, else a build from toolchain/ with Go.

What comes has the right checksum (pulumi_release.py; go.sum), is written under another name, has to show that it is the
pinned version, and is renamed: no half-written CLI ever runs. It is kept in a cache folder outside the checkout.
"""

import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

from sandbox.engine import pulumi_release
from sandbox.engine.pulumi_release import TOOLCHAIN, VERSION, NoCliError

PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
STAMP = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{VERSION}"
BUILD_SECONDS = 1800

Say = Callable[[str], None]


def obtain(say: Say) -> Path:
    """Download it, else build it. NoCliError with what was tried when neither works."""
    failures = []
    for way in (_download, _build):
        try:
            return way(say)
        except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError, NoCliError) as problem:
            failures.append(f"{way.__name__.strip('_')}: {problem}")
    raise NoCliError(
        f"The Pulumi CLI v{VERSION} is not here and could not be had ({'; '.join(failures)}). Install it from "
        "https://www.pulumi.com/docs/install/ so that `pulumi version` answers, or install Go 1.25 or later "
        f"and run this again, or put the executable at {cache_folder() / 'pulumi'}."
    )


def cache_folder() -> Path:
    """~/.cache/petbase/pulumi-VERSION, or below XDG_CACHE_HOME."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "petbase" / f"pulumi-{VERSION}"


def version_of(path: Path) -> tuple[int, ...]:
    """What the executable says that it is; empty when it says nothing of the kind."""
    try:
        done = subprocess.run(
            [path, "version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", done.stdout.strip())
    return tuple(map(int, match.groups())) if match else ()


def recent_enough(version: tuple[int, ...]) -> bool:
    """At least the pinned version, and of the same major."""
    pinned = tuple(map(int, VERSION.split(".")))
    return version >= pinned and version[0] == pinned[0]


def _download(say: Say) -> Path:
    say(f"downloading the Pulumi CLI v{VERSION}")
    spare = _spare()
    pulumi_release.download(spare)
    return _keep(spare)


def _build(say: Say) -> Path:
    go = shutil.which("go")
    if go is None:
        raise NoCliError("Go is not installed")
    say(f"building the Pulumi CLI v{VERSION} with Go: about six minutes on two cores, once")
    spare = _spare()
    done = subprocess.run(
        [go, "build", "-o", str(spare), "-ldflags", STAMP, PACKAGE],
        cwd=TOOLCHAIN,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )
    if done.returncode:
        raise NoCliError(f"go build failed: {' '.join(done.stderr.split())[-300:]}")
    return _keep(spare)


def _spare() -> Path:
    spare = cache_folder() / f".pulumi.{os.getpid()}"
    spare.unlink(missing_ok=True)
    return spare


def _keep(spare: Path) -> Path:
    """Give the new executable its name, once it has shown that it runs."""
    spare.chmod(0o755)
    if not recent_enough(version_of(spare)):
        spare.unlink()
        raise NoCliError("what came is not the pinned CLI")
    return spare.rename(cache_folder() / "pulumi")
