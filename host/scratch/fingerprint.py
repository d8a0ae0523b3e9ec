"""SHA-256 of schemas: every object as pg_dump writes it, in the order of the alphabet, whatever ids it has."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from host.archive.entry import LARGE_OBJECTS, Entry
from host.archive.read import contents
from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import ContainerFile

_FILE = "/tmp/petbase_schema"
# Rows, and what is not part of a schema's text: owners and grants are given by other means.
_LEFT_OUT = {"DATABASE", "DATABASE PROPERTIES", "ACL", "DEFAULT ACL", "TABLESPACE", "TABLE DATA", "SEQUENCE SET"}
_LEFT_OUT |= {*LARGE_OBJECTS, "MATERIALIZED VIEW DATA", "STATISTICS DATA"}


@dataclass(frozen=True)
class Fingerprint:
    """`schemas` has a digest for each schema; "" is for what is in none (extensions, casts, event triggers …)."""

    schemas: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One SHA-256 of it all, in hex."""
        return _sha256(sorted(f"{schema}\0{digest}" for schema, digest in self.schemas.items()))

    def differences(self, other: "Fingerprint") -> list[str]:
        """The schemas that are not the same in both."""
        names = sorted({*self.schemas, *other.schemas})
        return [name for name in names if self.schemas.get(name) != other.schemas.get(name)]


def of_entries(entries: Iterable[Entry], *, texts: bool = True) -> Fingerprint:
    """What entries of a dump make; without `texts` by kinds and names alone."""
    entries = tuple(entries)
    schemas = {entry.id: entry.tag for entry in entries if entry.kind == "SCHEMA"}
    left_out = {entry.id for entry in entries if entry.kind in _LEFT_OUT}
    found: dict[str, list[str]] = {}
    for entry in entries:
        about = entry.needs if entry.kind in ("COMMENT", "SECURITY LABEL") else ()
        # pg_dump has an entry for public only where it has another owner than by default.
        if entry.id in left_out or left_out.intersection(about) or (entry.kind, entry.tag) == ("SCHEMA", "public"):
            continue
        schema = schemas.get(entry.id) or next((schemas[one] for one in about if one in schemas), entry.schema)
        found.setdefault(schema, []).append("\0".join((entry.kind, entry.tag, entry.definition if texts else "")))
    return Fingerprint({schema: _sha256(sorted(lines)) for schema, lines in found.items()})


def of_database(host: Host, service: str, name: str, *, texts: bool = True) -> Fingerprint:
    """What a database holds. HostError where it cannot be dumped."""
    file = ContainerFile(host, service, _FILE)
    words = ["pg_dump", "--username", "postgres", "--schema-only", "--no-owner", "--no-acl", "--format", "custom"]
    answer = file.exec(*words, "--file", file.path, "--dbname", name)
    try:
        if not answer.ok:
            raise HostError(f"{service}: the schema of {name} cannot be read", answer.stderr)
        return of_entries(contents(file).entries, texts=texts)
    finally:
        file.remove()


def _sha256(texts: Iterable[str]) -> str:
    found = hashlib.sha256()
    for text in texts:
        found.update(text.encode("utf-8", "replace") + b"\1")
    return found.hexdigest()
