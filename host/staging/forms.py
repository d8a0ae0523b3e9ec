"""What form a dump has, by its content: any of pg_dump's, packed or not. Unpacked where nothing else can be reached."""

import base64
from dataclasses import dataclass

from host.core.errors import HostError
from host.dumps.container_file import ContainerFile
from host.restore.facts import RefusedError

CUSTOM, DIRECTORY, TAR, PLAIN = "custom format", "directory format", "tar format", "plain SQL"
_HEAD = 'head -c 1024 "$1" | base64'
_PACKED = {b"\x1f\x8b": "gzip", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_UNPACK = '"$1" --decompress --stdout "$2" >"$3" && rm "$2"'
# The end of a whole tar is two empty blocks; without them tar itself may see no fault.
_MEMBERS = """
test -z "$(tail -c 1024 "$1" | tr -d '\\000')" && tar --list --file "$1" >"$1.list" && head -n 20000 "$1.list"
"""
_MEMBER = 'tar --extract --to-stdout --file "$1" -- "$2" >"$3" && rm "$1"'
_FOLDER = 'mkdir "$2" && tar --extract --no-same-owner --file "$1" --directory "$2" && rm "$1"'
_LAYERS = 5
_PLUGIN = "backup/export"
# What people take for a dump, by how it begins, and what to do instead.
_OTHERS = {
    b"PK\x03\x04": "it is a zip archive; unpack it first",
    b"\xff\xfe": "it is UTF-16, as PowerShell's > writes; make it with: pg_dump --file NAME",
    b"BZh": "it is packed with bzip2; unpack it first: bunzip2 FILE",
    b"-- MySQL dump": "it is of MySQL",
    b"-- MariaDB dump": "it is of MariaDB",
    b"/*M!999999": "it is of MariaDB",
    b"SQLite format 3": "it is a database of SQLite",
    b"<!DOCTYPE": "it is a web page",
    b"<html": "it is a web page",
}


@dataclass(frozen=True)
class Opened:
    """A dump in the staging container that PostgreSQL's own programs can read."""

    form: str
    file: ContainerFile

    @property
    def is_plain(self) -> bool:
        """Whether it is text for psql, and not an archive for pg_restore."""
        return self.form == PLAIN


def opened(file: ContainerFile) -> Opened:
    """Find out what it is, and unpack it as far as needed. HostError for what no pg_dump writes."""
    for layer in range(_LAYERS):
        head = base64.b64decode(_sh(file, _HEAD, file.path, what="it cannot be read"))
        target = ContainerFile(file.host, file.service, f"{file.path}.{layer}", file.where)
        if head.startswith(b"PGDMP"):
            return Opened(CUSTOM, file)
        if tool := next((tool for magic, tool in _PACKED.items() if head.startswith(magic)), ""):
            _sh(file, _UNPACK, tool, file.path, target.path, what=f"it cannot be unpacked with {tool}")
        elif head[257:262] == b"ustar":
            if archive := _archive(file, target):
                return archive
        else:
            return _plain(file, head)
        file = target
    raise _refused("it is packed too many times")


def _archive(file: ContainerFile, target: ContainerFile) -> Opened | None:
    """A tar: pg_dump's own form, a folder of its directory form, or one file, which is then `target`."""
    members = _sh(file, _MEMBERS, file.path, what="the tar is damaged").splitlines()
    files = [name for name in members if not name.endswith("/")]
    toc = next((name for name in files if name.rpartition("/")[2] == "toc.dat"), "")
    if toc:
        # Both have the same toc.dat; the script for people is in pg_dump's own tar alone.
        if "restore.sql" in files:
            return Opened(TAR, file)
        _sh(file, _FOLDER, file.path, target.path, what="the tar is damaged")
        folder = ContainerFile(file.host, file.service, f"{target.path}/{toc.rpartition('/')[0]}", file.where)
        return Opened(DIRECTORY, folder)
    chosen = next((name for name in files if name.removeprefix("./") == _PLUGIN), files[0] if len(files) == 1 else "")
    if not chosen:
        raise _refused("it is a tar without a dump in it: neither toc.dat nor one file alone")
    _sh(file, _MEMBER, file.path, chosen, target.path, what="the tar is damaged")
    return None


def _plain(file: ContainerFile, head: bytes) -> Opened:
    for magic, why in _OTHERS.items():
        if head.removeprefix(b"\xef\xbb\xbf").startswith(magic):
            raise _refused(why)
    if not head.strip():
        raise _refused("it is empty")
    if b"\0" in head:
        raise _refused("it is neither text nor any other form that pg_dump writes")
    return Opened(PLAIN, file)


def _sh(file: ContainerFile, script: str, *words: str, what: str) -> str:
    answer = file.exec("sh", "-c", script, "sh", *words)
    if not answer.ok:
        raise RefusedError(f"{what}; nothing was changed. Take another dump", answer.stderr)
    return answer.stdout


def _refused(why: str) -> HostError:
    return RefusedError(
        f"this is not a PostgreSQL dump: {why}; nothing was changed. Make one with: pg_dump --format custom"
    )
