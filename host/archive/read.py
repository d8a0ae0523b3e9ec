"""The table of contents of a dump that lies in a service's container."""

import re
from contextlib import suppress
from typing import BinaryIO

from host.archive.toc import Archive, ArchiveError, CutOffError, parse
from host.dumps.container_file import ContainerFile

# The table comes first in the file.
_FIRST_BYTES = 1 << 18
_LISTED = re.compile(r"^(\d+); (\d+ \d+ .*)$", re.MULTILINE)


def contents(dump: ContainerFile) -> Archive:
    """What is in the dump. ArchiveError where the service's PostgreSQL, or Petbase, cannot read it."""
    listed = dump.exec("pg_restore", "--list", dump.path)
    if not listed.ok:
        raise ArchiveError("the server's PostgreSQL cannot read this dump; nothing was changed", listed.stderr)
    archive = _parsed(dump)
    known = {entry.id: f"{entry.catalog} {entry.oid} {entry.kind} " for entry in archive.entries}
    found = {int(number): rest for number, rest in _LISTED.findall(listed.stdout)}
    # Petbase reads the file by itself, since names in that list may be anything; but never otherwise than PostgreSQL.
    if any(not rest.startswith(known.get(number, "?")) for number, rest in found.items()):
        raise ArchiveError("Petbase reads this dump in another way than PostgreSQL; please report it")
    return archive


def _parsed(dump: ContainerFile) -> Archive:
    size, whole, found = _FIRST_BYTES, dump.size(), list[Archive]()

    def take(head: BinaryIO) -> None:
        with suppress(CutOffError):
            found.append(parse(head))
        while head.read(_FIRST_BYTES):
            pass

    while not found:
        dump.host.read(*dump.exec_words("head", "-c", str(size), dump.path), take=take)
        if not found and size >= whole:
            raise ArchiveError("the dump was cut off")
        size *= 8
    return found[0]
