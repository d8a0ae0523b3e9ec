"""The files of a folder of this machine."""

import hashlib
import mimetypes
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.dokku import shell
from operate.imports.files.items import ChangedError, File, Found, LeftOut, problem_of_key

_KINDS = {stat.S_IFSOCK: "a socket", stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
# What Python's table lacks before 3.13 or 3.14, or has by the machine's own files alone.
_TYPES = {
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".m4a": "audio/mp4",
    ".mjs": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
_PACKED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}


@dataclass(frozen=True)
class Folder:
    """A folder. Links inside it are followed to files inside it, and never out of it."""

    path: Path

    @property
    def title(self) -> str:
        """As it was given."""
        return str(self.path)

    @property
    def option(self) -> str:
        """To repeat it."""
        return shell.line("--files", str(self.path))

    def find(self) -> Found:
        """In the order of names."""
        files: list[File] = []
        left_out: list[LeftOut] = []
        root = self.path.resolve()
        for place in self._entries(left_out):
            found = self._looked_at(place, root)
            if isinstance(found, File):
                files.append(found)
            else:
                left_out.append(found)
        return Found(sorted(files, key=lambda one: one.key), sorted(left_out, key=lambda one: one.name))

    def fingerprint(self, file: File) -> str:
        """Reads the whole file."""
        with self.open(file) as opened:
            sums = [hashlib.md5(opened.part(n + 1), usedforsecurity=False) for n in range(file.parts)]
        if file.parts == 1:
            return sums[0].hexdigest()
        whole = hashlib.md5(b"".join(one.digest() for one in sums), usedforsecurity=False)
        return f"{whole.hexdigest()}-{file.parts}"

    @contextmanager
    def open(self, file: File) -> Iterator["_OpenFile"]:
        """OSError where it cannot be read."""
        place = self.path / file.key
        try:
            handle = os.open(place, os.O_RDONLY)
        except FileNotFoundError:
            raise ChangedError from None
        try:
            opened = _OpenFile(place, file, handle, {"ContentType": content_type(file.key)})
            opened.require_unchanged()
            yield opened
        finally:
            os.close(handle)

    def _entries(self, left_out: list[LeftOut]) -> Iterator[Path]:
        def fail(problem: OSError) -> None:
            left_out.append(LeftOut(self._name(Path(problem.filename)), f"cannot be read ({problem.strerror})"))

        for folder, folders, files in os.walk(self.path, onerror=fail):
            yield from (Path(folder) / name for name in files)
            yield from (place for name in folders if (place := Path(folder) / name).is_symlink())

    def _looked_at(self, place: Path, root: Path) -> File | LeftOut:
        name = self._name(place)
        try:
            real = place.resolve(strict=True) if place.is_symlink() else place
            seen = real.stat()
        except (OSError, RuntimeError):  # Python 3.11 and 3.12 raise RuntimeError for a loop
            return LeftOut(name, "a link to nothing" if place.is_symlink() else "is gone, or cannot be read")
        if real is not place and not real.is_relative_to(root):
            return LeftOut(name, "a link to outside of the folder")
        if stat.S_ISDIR(seen.st_mode):
            return LeftOut(name, "a link to a folder, whose files come by their own names")
        if why := _KINDS.get(stat.S_IFMT(seen.st_mode)) or problem_of_key(name):
            return LeftOut(name, why)
        if not os.access(real, os.R_OK):
            return LeftOut(name, "cannot be read (Permission denied)")
        return File(name, seen.st_size, seen.st_mtime)

    def _name(self, place: Path) -> str:
        return place.relative_to(self.path).as_posix()


@dataclass(frozen=True)
class _OpenFile:
    place: Path
    file: File
    handle: int
    headers: Mapping[str, Any]

    def part(self, number: int) -> bytes:
        at, end = (number - 1) * self.file.part_size, min(self.file.size, number * self.file.part_size)
        content = bytearray()
        while at + len(content) < end:
            more = os.pread(self.handle, end - at - len(content), at + len(content))
            if not more:
                raise ChangedError
            content += more
        return bytes(content)

    def require_unchanged(self) -> None:
        try:
            seen = self.place.stat()
        except FileNotFoundError:
            raise ChangedError from None
        if (seen.st_size, seen.st_mtime) != (self.file.size, self.file.modified):
            raise ChangedError


def content_type(name: str) -> str:
    """By the name's end."""
    suffix = Path(name).suffix.lower()
    found, packed = mimetypes.guess_type(name.lower(), strict=False)
    return _TYPES.get(suffix) or _PACKED.get(packed or "") or found or "application/octet-stream"
