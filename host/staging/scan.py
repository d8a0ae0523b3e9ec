"""What the text of a dump says of where it comes from, and whether it is whole."""

import re
from dataclasses import dataclass, field
from typing import BinaryIO

from host.loading.verdict import reason
from host.restore.facts import RefusedError
from host.staging.forms import Opened

_VERSION = re.compile(rb"^-- Dumped from database version (\d+)(\S*)")
_ROLE = re.compile(rb'^(?:ALTER .* OWNER TO|GRANT .* TO|REVOKE .* FROM) ("(?:[^"]|"")+"|\w+)(?: WITH GRANT OPTION)?;$')
_SCHEMA = re.compile(rb'^(?:CREATE SCHEMA (?:IF NOT EXISTS )?("(?:[^"]|"")+"|\w+)|COPY ("(?:[^"]|"")+"|\w+)\.)')
_OF_SUPABASE = re.compile(rb'"?auth"?\."?(?:uid|role|email|jwt)"?\(\)|REFERENCES "?auth"?\."?users"?')
_BEGIN_OR_END = re.compile(rb"^-- PostgreSQL database (?:cluster )?dump( complete)?$")
_LINE_BYTES = 1 << 20


@dataclass
class Scan:
    """What the text of a dump says: the version of its server, roles and schemas (and those that it makes), and whether
    it refers to what Supabase keeps in `auth`. `unfinished` counts what it begins and does not end: psql takes half a
    dump for a whole one.
    """

    server: str = ""
    roles: set[str] = field(default_factory=set)
    schemas: set[str] = field(default_factory=set)
    created: set[str] = field(default_factory=set)
    of_supabase: bool = False
    unfinished: int = 0

    def take(self, stream: BinaryIO) -> None:
        """Read it to its end. Of a line without an end it keeps no more than the beginning."""
        in_rows = is_cut = False
        while line := stream.readline(_LINE_BYTES):
            is_rest, is_cut = is_cut, not line.endswith(b"\n")
            if is_rest:
                continue
            if in_rows:
                in_rows = line != b"\\.\n"
                continue
            in_rows = line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n")
            self._take_line(line)
        self.unfinished += in_rows

    def _take_line(self, line: bytes) -> None:
        self.of_supabase = self.of_supabase or _OF_SUPABASE.search(line) is not None
        if version := _VERSION.match(line):
            self.server = (version[1] + version[2]).decode(errors="replace")
        elif role := _ROLE.match(line):
            self.roles.add(role[1].decode(errors="replace").strip('"'))
        elif schema := _SCHEMA.match(line):
            name = (schema[1] or schema[2]).decode(errors="replace").strip('"')
            self.schemas.add(name)
            self.created |= {name} if schema[1] else set()
        elif edge := _BEGIN_OR_END.match(line):
            self.unfinished += -1 if edge[1] else 1


def scanned(dump: Opened) -> Scan:
    """What it says of itself. HostError where this release of PostgreSQL cannot read it."""
    found = Scan()
    path = dump.file.path
    words = ["cat", path] if dump.is_plain else ["pg_restore", "--schema-only", "--file", "-", path]
    answer = dump.file.host.read(*dump.file.exec_words(*words), take=found.take)
    if not answer.ok:
        raise RefusedError(
            f"it cannot be read: {reason(answer.stderr)}; nothing was changed. Take another dump", answer.stderr
        )
    if dump.is_plain and found.unfinished > 0:
        raise RefusedError("the dump is cut off: its end is missing; nothing was changed. Take another dump")
    return found
