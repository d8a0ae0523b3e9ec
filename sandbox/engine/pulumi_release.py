"""The official release of the pinned Pulumi CLI, which counts only with the SHA-256 that it should have.

That is the one in toolchain/pulumi.sha256, or, where that file does not know the release, the one that its publisher
lists at another host than the download's.
"""

import hashlib
import platform
import shutil
import tarfile
import tempfile
import urllib.request
from pathlib import Path
from typing import IO

TOOLCHAIN = Path(__file__).resolve().parents[2] / "toolchain"
VERSION = (TOOLCHAIN / "pulumi.version").read_text().strip()
CONNECT_SECONDS = 5.0


class NoCliError(Exception):
    """There is no Pulumi CLI and no way to get one; the text says what was tried."""


def download_url() -> str | None:
    """The official release for this machine; None where there is none that we know."""
    cpu = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system())
    if not (cpu and system):
        return None
    return f"https://get.pulumi.com/releases/sdk/pulumi-v{VERSION}-{system}-{cpu}.tar.gz"


def checksums_url() -> str:
    """The publisher's list of SHA-256s of the release, at another host than the release itself."""
    return f"https://github.com/pulumi/pulumi/releases/download/v{VERSION}/pulumi-{VERSION}-checksums.txt"


def wanted_sha256(file: str) -> str:
    """What the release's file of this name must have. NoCliError where it is not known."""
    known = (TOOLCHAIN / "pulumi.sha256").read_text()
    return _listed(known, file) or _listed(_read(checksums_url()), file) or _unknown(file)


def download(executable: Path) -> None:
    """Write the release's executable to this path, whose folder is there."""
    url = download_url()
    if url is None:
        raise NoCliError(f"there is no release for {platform.system()} on {platform.machine()}")
    wanted = wanted_sha256(url.rpartition("/")[2])
    with tempfile.TemporaryFile(dir=executable.parent) as archive:
        found = _fetch(url, archive)
        if found != wanted:
            raise NoCliError(f"{url} has SHA-256 {found} and should have {wanted}; it was thrown away")
        archive.seek(0)
        with tarfile.open(fileobj=archive, mode="r:gz") as tar, executable.open("wb") as target:
            source = tar.extractfile("pulumi/pulumi")
            if source:
                shutil.copyfileobj(source, target)


def _fetch(url: str, target: IO[bytes]) -> str:
    """Write what comes to `target`; its SHA-256."""
    digest = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=CONNECT_SECONDS) as answer:
        while chunk := answer.read(1 << 20):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=CONNECT_SECONDS) as answer:
        return str(answer.read().decode())


def _listed(text: str, file: str) -> str:
    """The digest beside a file's name, as sha256sum writes it; "" where it is not there."""
    rows = (line.split() for line in text.splitlines())
    return next((row[0] for row in rows if len(row) == 2 and row[1].lstrip("*") == file), "")


def _unknown(file: str) -> str:
    raise NoCliError(f"the SHA-256 of {file} is not known; write it into toolchain/pulumi.sha256")
