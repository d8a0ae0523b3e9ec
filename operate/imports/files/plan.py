"""What is to be copied: what the bucket lacks, and what is another one there."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from operate.dumps.objects import Object
from operate.imports.files.items import ChangedError, File, Found, LeftOut, Source, problem_of_key
from operate.imports.files.target import Target

_AT_ONCE = 8


@dataclass(frozen=True)
class Copy:
    """A file to copy. `there` is what it replaces."""

    file: File
    there: Object | None = None

    @property
    def is_newer_there(self) -> bool:
        """Whether the bucket's was written after the source's: by the app, if it is not a copy of an earlier one."""
        return self.there is not None and self.there.modified.timestamp() > self.file.modified


@dataclass(frozen=True)
class Plan:
    """`held` is what the bucket holds now, `same` what is there already, `kept` what stays since it is newer there."""

    copies: Sequence[Copy]
    same: Sequence[File]
    left_out: Sequence[LeftOut]
    held: Sequence[Object]
    kept: Sequence[Copy] = ()

    @property
    def bytes(self) -> int:
        """To copy."""
        return sum(one.file.size for one in self.copies)

    @property
    def replacing(self) -> list[Copy]:
        """Those that take the place of another file."""
        return [one for one in self.copies if one.there]

    @property
    def bytes_after(self) -> int:
        """What the bucket will hold."""
        there = sum(one.there.size for one in self.copies if one.there)
        return sum(one.size for one in self.held) + self.bytes - there


def made(source: Source, target: Target, found: Found, *, keep_newer: bool = False) -> Plan:
    """Compare by size, then by ETag, for which a folder's files are read. StoreError where the bucket does not open."""
    held = {one.key: one for one in target.find()}
    problems = {one.key: why for one in found.files if (why := problem_of_key(target.key(one.key)))}
    copies = [Copy(one, held.get(target.key(one.key))) for one in found.files if one.key not in problems]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        same = list(pool.map(lambda one: _is_same(source, target, one), copies))
    differ = [one for one, is_same in zip(copies, same, strict=True) if not is_same]
    return Plan(
        [one for one in differ if not (keep_newer and one.is_newer_there)],
        [one.file for one, is_same in zip(copies, same, strict=True) if is_same],
        [*found.left_out, *(LeftOut(*one) for one in problems.items())],
        list(held.values()),
        [one for one in differ if keep_newer and one.is_newer_there],
    )


def _is_same(source: Source, target: Target, copy: Copy) -> bool:
    if copy.there is None or copy.there.size != copy.file.size:
        return False
    try:
        fingerprint = source.fingerprint(copy.file)
    except (ChangedError, OSError):
        return False  # copying it says so
    return fingerprint == copy.there.etag or fingerprint == target.source_of(copy.there.key)
