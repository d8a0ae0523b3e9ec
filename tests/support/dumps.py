"""Dumps made by hand, in the form of dokku-postgres, for tests that need no database."""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

EXPORT = b"PGDMP" + bytes(range(256)) * 40


def packed(export: bytes = EXPORT, name: str = "backup/export") -> bytes:
    """A .tgz that holds `export` under `name`."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(export)
        tar.addfile(entry, io.BytesIO(export))
    return target.getvalue()


def locked(content: bytes, passphrase: str) -> bytes:
    """The same behind a passphrase, by gpg as the backup image calls it."""
    with tempfile.TemporaryDirectory(prefix="pb-", dir="/tmp") as home:
        Path(home).chmod(0o700)
        Path(home, "gpg-agent.conf").write_text("s2k-count 65536\n")  # as in the stand-in's pack.py
        words = ["gpg", "--homedir", home, "--batch", "--no-tty", "--pinentry-mode", "loopback"]
        words += ["--passphrase", passphrase, "--symmetric", "--cipher-algo", "AES256"]
        done = subprocess.run(words, input=content, capture_output=True, check=True)
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
    return done.stdout
