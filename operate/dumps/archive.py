"""A dump as a file: what it is by its first bytes, unlocked, and taken apart, before anything relies on it.

dokku-postgres packs `backup/export` (pg_dump's custom format) into a gzipped tar, and where told locks that with gpg.
"""

import gzip
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Literal

from operate.core.errors import PetbaseError, tail

_MEMBER = "backup/export"
_EXPORT = b"PGDMP"
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
# The first packet of `gpg --symmetric`, in the old and the new form of its header (RFC 9580, 4.2).
_LOCKED = (0x8C, 0xC3)

Kind = Literal["export", "packed", "locked"]


class ArchiveError(PetbaseError):
    """The file is not a complete dump, or cannot be unlocked."""


class PassphraseError(ArchiveError):
    """It is encrypted with another passphrase."""


def kind(path: Path) -> Kind:
    """What the file is, by its content. ArchiveError for anything else."""
    with path.open("rb") as file:
        head = file.read(len(_EXPORT))
    if head == _EXPORT:
        return "export"
    if head.startswith(_GZIP):
        return "packed"
    if head[:1] and head[0] in _LOCKED:
        return "locked"
    raise ArchiveError(f"{path.name} is not a dump; use a .tgz, a .tgz.gpg, or the output of pg_dump -Fc.")


def unpack(path: Path, target: Path) -> None:
    """Write the export that is inside `path` to `target`, having read the archive to its end."""
    try:
        with gzip.open(path) as packed:
            found = _copy_member(packed, target)
            # To the checksum that gzip keeps at the end: a tar reader stops before it.
            while packed.read(_CHUNK):
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise ArchiveError(f"{path.name} is damaged: {problem}. Take another dump.") from None
    if not found:
        raise ArchiveError(f"{path.name} holds no {_MEMBER}, so it is not a dump of dokku-postgres.")
    require_export(target, path.name)


def require_export(path: Path, name: str) -> None:
    """ArchiveError unless the file is what pg_dump's custom format begins with."""
    with path.open("rb") as file:
        if file.read(len(_EXPORT)) != _EXPORT:
            raise ArchiveError(f"{name}: its {_MEMBER} is not a PostgreSQL dump (it does not begin with PGDMP).")


def unlock(path: Path, target: Path, passphrase: str) -> None:
    """Decrypt `path` to `target` with gpg; the passphrase goes by stdin. PassphraseError for a wrong one."""
    # A temporary home, by a short path: the socket of gpg's agent lies in it, and a socket's name has 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="pb-", dir="/tmp"))
    words = ["gpg", "--homedir", str(home), "--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback"]
    words += ["--passphrase-fd", "0", "--output", str(target), "--decrypt", str(path)]
    try:
        done = subprocess.run(words, input=passphrase.encode(), capture_output=True, check=False)
    except FileNotFoundError:
        raise ArchiveError("The dump is encrypted and gpg is not installed here. Install it: gnupg") from None
    finally:
        _forget(home)
    said = done.stderr.decode(errors="replace")
    if "Bad session key" in said or "bad passphrase" in said.lower():
        raise PassphraseError(f"The passphrase does not open {path.name}.")
    if done.returncode:
        raise ArchiveError(f"gpg cannot open {path.name}: {tail(said, 2)}")


def _forget(home: Path) -> None:
    words = ["gpgconf", "--homedir", str(home), "--kill", "all"]
    if shutil.which("gpgconf"):
        subprocess.run(words, capture_output=True, check=False)
    shutil.rmtree(home, ignore_errors=True)


def _copy_member(packed: gzip.GzipFile, target: Path) -> bool:
    with tarfile.open(fileobj=packed, mode="r|") as tar:
        for member in tar:
            source = tar.extractfile(member) if member.name.removeprefix("./") == _MEMBER else None
            if source:
                with target.open("wb") as file:
                    shutil.copyfileobj(source, file, _CHUNK)
                if target.stat().st_size != member.size:
                    raise tarfile.ReadError("it ends too early")
                return True
    return False
