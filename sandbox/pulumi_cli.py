"""Finds the pinned Pulumi CLI, or gets it: PATH, cache, official download, Go build; in that order.

The engine is the real one, so it must be a real CLI; the version is the one that the sandbox was tried with. What was
fetched or built is kept in a cache folder outside the checkout: written under another name and renamed, so that a
reader never sees half of it, and under a lock, so that two first runs do not build it twice.
"""

import fcntl
import os
import platform
import re
import shutil
import subprocess
import tarfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = "3.259.0"
TOOLCHAIN = Path(__file__).resolve().parents[1] / "toolchain"
PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
STAMP = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{VERSION}"
CONNECT_SECONDS = 5.0
BUILD_SECONDS = 1800

Say = Callable[[str], None]


class NoCliError(Exception):
    """There is no Pulumi CLI and no way to get one; the text says what was tried."""


def find(say: Say = print) -> Path:
    """The CLI's path. `say` gets a line before anything that takes long. NoCliError when nothing works."""
    if found := on_path() or cached():
        return found
    with _locked(cache_folder()):
        if found := cached():  # another run got it while this one waited
            return found
        return _obtain(say)


def on_path() -> Path | None:
    """`pulumi` on PATH, if it is at least the pinned version of the same major."""
    found = shutil.which("pulumi")
    return Path(found) if found and _recent_enough(_version_of(Path(found))) else None


def cached() -> Path | None:
    """The CLI that an earlier run fetched or built."""
    path = cache_folder() / "pulumi"
    return path if os.access(path, os.X_OK) else None


def cache_folder() -> Path:
    """~/.cache/petbase/pulumi-VERSION, or below XDG_CACHE_HOME."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "petbase" / f"pulumi-{VERSION}"


def download_url() -> str | None:
    """The official release for this machine; None where there is none that we know."""
    cpu = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system())
    if not (cpu and system):
        return None
    return f"https://get.pulumi.com/releases/sdk/pulumi-v{VERSION}-{system}-{cpu}.tar.gz"


def _obtain(say: Say) -> Path:
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


def _download(say: Say) -> Path:
    url = download_url()
    if url is None:
        raise NoCliError(f"there is no release for {platform.system()} on {platform.machine()}")
    say(f"downloading the Pulumi CLI v{VERSION}")
    spare = _spare()
    with (
        urllib.request.urlopen(url, timeout=CONNECT_SECONDS) as answer,
        tarfile.open(fileobj=answer, mode="r|gz") as tar,
        spare.open("wb") as target,
    ):
        for member in tar:
            source = tar.extractfile(member) if member.name == "pulumi/pulumi" else None
            if source:
                shutil.copyfileobj(source, target)
                break
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
    if not _recent_enough(_version_of(spare)):
        spare.unlink()
        raise NoCliError("what came is not the pinned CLI")
    return spare.rename(cache_folder() / "pulumi")


def _version_of(path: Path) -> tuple[int, ...]:
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


def _recent_enough(version: tuple[int, ...]) -> bool:
    pinned = tuple(map(int, VERSION.split(".")))
    return version >= pinned and version[0] == pinned[0]


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    find(print)
