"""The SFTP side of remote.CopyToRemote: what goes where, by pulumi-command's rules, and errors in pkg/sftp's words.

    source  the remote path is a folder   it does not exist   it is a file
    dir     PATH/dir                      PATH/dir            error
    dir/    what is in it                 what is in it       error
    file    PATH/file                     PATH                overwritten
    text    error                         PATH                overwritten

A file is overwritten in place, so a reader may see half of it; it keeps the mode that it had. A new one has what the
server's umask leaves of 0666. Nothing is ever deleted.
"""

import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh

from .credentials import SshError

_WRITE = asyncssh.FXF_READ | asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC
_CHUNK = 1 << 20


async def copy_text(sftp: asyncssh.SFTPClient, text: str, remote: str) -> None:
    """Write `text` to the file `remote`."""
    if await _kind(sftp, remote) == "folder":
        raise SshError(f"remote path {remote} is a directory; when using a text asset, remotePath must be a file path")
    await _make_parents(sftp, remote)
    with _failing(f"failed to create remote file {remote}"):
        file = await sftp.open(remote, _WRITE, encoding=None)
    async with file:
        with _failing(f"failed to write text content to remote path {remote}"):
            await file.write(text.encode())


async def copy_path(sftp: asyncssh.SFTPClient, source: str, remote: str) -> None:
    """Copy the file or folder `source`, a trailing slash and all, to `remote`."""
    with _local_errors():
        local = Path(source).stat()
    found = await _kind(sftp, remote)
    if stat.S_ISDIR(local.st_mode):
        await _copy_folder_to(sftp, source, remote, found)
        return
    if found == "folder":
        remote = posixpath.join(remote, posixpath.basename(source))
    elif not found:
        await _make_parents(sftp, remote)
    await _copy_file(sftp, source, remote)


async def _copy_folder_to(sftp: asyncssh.SFTPClient, source: str, remote: str, found: str) -> None:
    if not found:
        with _failing(f"failed to create remote directory {remote}"):
            await _make_all(sftp, remote)
    if not source.endswith("/"):
        remote = posixpath.join(remote, posixpath.basename(source))
    for folder, _, names in _walk(source):
        below = os.path.relpath(folder, source)
        there = posixpath.normpath(posixpath.join(remote, below))
        await _folder(sftp, there)
        for name in names:
            await _copy_file(sftp, str(Path(source, below, name)), posixpath.join(there, name))


def _walk(source: str) -> Iterator[tuple[str, list[str], list[str]]]:
    for folder, folders, names in os.walk(source):
        folders.sort()
        yield folder, folders, sorted(names)


async def _folder(sftp: asyncssh.SFTPClient, path: str) -> None:
    found = await _kind(sftp, path)
    if found == "file":
        raise SshError(f"remote path {path} exists but is not a directory")
    if not found:
        with _failing(f"failed to create remote directory {path}"):
            await sftp.mkdir(path)


async def _copy_file(sftp: asyncssh.SFTPClient, source: str, remote: str) -> None:
    with _local_errors():
        local = Path(source).open("rb")  # noqa: SIM115  (closed below; the server's errors are no local ones)
    with local:
        with _failing(f"failed to create remote file {remote}"):
            file = await sftp.open(remote, _WRITE, encoding=None)
        async with file:
            with _failing(f"failed to copy file {source} to remote path {remote}"):
                while chunk := local.read(_CHUNK):
                    await file.write(chunk)


async def _make_parents(sftp: asyncssh.SFTPClient, remote: str) -> None:
    with _failing(f"failed to create parent directories for {remote}"):
        await _make_all(sftp, posixpath.dirname(remote) or ".")


async def _make_all(sftp: asyncssh.SFTPClient, path: str) -> None:
    try:
        found = await sftp.stat(path)
    except asyncssh.SFTPError:
        if parent := posixpath.dirname(path.rstrip("/")):
            await _make_all(sftp, parent)
        await sftp.mkdir(path)
    else:
        if found.type != asyncssh.FILEXFER_TYPE_DIRECTORY:
            raise SshError(f"mkdir {path}: not a directory")


async def _kind(sftp: asyncssh.SFTPClient, path: str) -> str:
    """`folder`, `file`, or nothing for a path that does not exist."""
    with _failing(f"failed to stat remote path {path}"):
        try:
            found = await sftp.stat(path)
        except asyncssh.SFTPNoSuchFile:
            return ""
    return "folder" if found.type == asyncssh.FILEXFER_TYPE_DIRECTORY else "file"


@contextmanager
def _failing(what: str) -> Iterator[None]:
    """An error on the server is `what` and pkg/sftp's words for the status, or the server's own for a mere failure."""
    try:
        yield
    except asyncssh.SFTPNoSuchFile:
        raise SshError(f"{what}: file does not exist") from None
    except asyncssh.SFTPPermissionDenied:
        raise SshError(f"{what}: permission denied") from None
    except asyncssh.SFTPConnectionLost:
        raise SshError(f"{what}: connection lost") from None
    except asyncssh.SFTPError as problem:
        raise SshError(f'{what}: sftp: "{problem.reason}" (SSH_FX_FAILURE)') from None
    except SshError as inner:
        raise SshError(f"{what}: {inner}") from None


@contextmanager
def _local_errors() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise SshError(f"open {problem.filename}: {str(problem.strerror).lower()}") from None
