"""A dump as an archive, and locked with a passphrase, by the tools that the backup image uses."""

import subprocess
import tarfile
import time
from pathlib import Path

from sandbox.host.dokku.core.say import RefusedError


def packed(scratch: Path, dumped: Path) -> Path:
    """`backup/export` in a gzipped tar, as fast as the image's own gzip does it."""
    path = scratch / "backup.tgz"
    with tarfile.open(path, "w:gz", compresslevel=6) as archive, dumped.open("rb") as file:
        folder = tarfile.TarInfo("backup")
        folder.type, folder.mode, folder.mtime = tarfile.DIRTYPE, 0o755, int(time.time())
        archive.addfile(folder)
        entry = tarfile.TarInfo("backup/export")
        entry.size, entry.mode, entry.mtime = dumped.stat().st_size, 0o644, int(time.time())
        archive.addfile(entry, file)
    return path


def locked(path: Path, passphrase: str) -> Path:
    """The archive encrypted by gpg with AES256."""
    fresh, home = path.with_name(path.name + ".gpg"), path.parent / "gnupg"
    home.mkdir(mode=0o700)
    # Else the agent measures for a second how often the passphrase can be hashed, and each reader hashes as often.
    (home / "gpg-agent.conf").write_text("s2k-count 65536\n")
    words = [
        "gpg",
        "--homedir",
        str(home),
        "--batch",
        "--yes",
        "--no-tty",
        "--pinentry-mode",
        "loopback",
        "--passphrase-fd",
        "0",
    ]
    words += ["--symmetric", "--cipher-algo", "AES256", "--output", str(fresh), str(path)]
    try:
        done = subprocess.run(words, input=passphrase.encode(), capture_output=True, check=False)
    except FileNotFoundError as error:
        raise RefusedError(
            "(stand-in) gpg is not installed on this machine, so an encrypted dump cannot be made"
        ) from error
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], capture_output=True, check=False)
    if done.returncode:
        raise RefusedError(done.stderr.decode().strip(), bare=True)
    return fresh
