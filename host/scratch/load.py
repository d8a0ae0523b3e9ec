"""Loads a dump into a database: each owner's objects by a separate loading role, and what does not load is named.

One owner's data that does not load holds back that owner's only. Afterwards the service's roles are what they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from host.archive.entry import Entry
from host.archive.order import large_objects, with_needs
from host.archive.read import contents
from host.archive.shares import Shares
from host.archive.toc import Archive
from host.archive.whose import shares
from host.core.host import Host
from host.dumps.container_file import ContainerFile
from host.loading.cluster import unchanged
from host.loading.course import Loading
from host.loading.named_roles import ensure_roles
from host.loading.outside import needs, servers
from host.loading.verdict import LoadError, Verdict
from host.postgres.psql import beside, inside, live
from host.scratch.database import SCHEMA_ONLY, create_like_live, drop_scratch
from host.scratch.fingerprint import of_database, of_entries

_SUPERUSERS = "SELECT json_agg(rolname) FROM pg_roles WHERE rolsuper"
_TRUSTED = """
SELECT COALESCE(json_agg(v.name), '[]') FROM pg_available_extension_versions v
  JOIN pg_available_extensions e ON e.name = v.name AND e.default_version = v.version
  WHERE to_jsonb(v) ->> 'trusted' = 'true'
"""
_OF_A_SCHEMA = {"CAST", "EXTENSION", "COMMENT", "SECURITY LABEL"}


@dataclass(frozen=True)
class Scope:
    """What of a dump is loaded, and whose it is in the end.

    `rows`: not the schema alone. `compared`: what came is held against what the dump says. `hand_over`: all goes to the
    roles that owned it; False leaves it to the loading roles, for a database that will be dropped. `schemas`: these and
    what they need; all where there are none. `large_objects`: those too, which are in no schema. `alone`: the database
    is empty; False adds what is live to what is there by now, with functions that follow `search_paths` by owner while
    rows come. `readers_of`: the service whose live database knows who may read whose data, where it is another one.
    """

    rows: bool = True
    compared: bool = True
    hand_over: bool = True
    schemas: frozenset[str] = frozenset()
    large_objects: bool = False
    alone: bool = True
    search_paths: Mapping[str, list[str]] = field(default_factory=dict)
    readers_of: str = ""


WHOLE, FOR_A_LOOK = Scope(), Scope(hand_over=False)
_SCHEMA_ALONE = Scope(rows=False, compared=False, hand_over=False)


@dataclass(frozen=True)
class Loaded:
    """What came of a load: `entries` are those that were asked for, with a verdict for each of their owners.

    `fingerprint` is the SHA-256 of what came; "" where it was not compared. `made` are the entries that came.
    """

    archive: Archive
    shares: Shares
    entries: tuple[Entry, ...]
    verdicts: tuple[Verdict, ...]
    fingerprint: str = ""
    made: tuple[Entry, ...] = ()

    @property
    def failures(self) -> list[Verdict]:
        """What could not be restored."""
        return [verdict for verdict in self.verdicts if not verdict.ok]

    def require_all(self) -> None:
        """LoadError where anything could not be restored."""
        if self.failures:
            raise LoadError("\n".join(verdict.sentence() for verdict in self.failures))


def load(host: Host, service: str, dump: ContainerFile, into: str, scope: Scope = WHOLE) -> Loaded:
    """Load a dump into a database that no app may open. LoadError where nothing of it can be used."""
    archive = contents(dump)
    found = shared(host, service, archive)
    entries = _chosen(archive, scope)
    if scope.hand_over:
        ensure_roles(host, service, entries)
    digest = ""
    with unchanged(host, service, into):
        loading = Loading(inside(host, service, into), dump, found, entries, scope.readers_of)
        there, schemas = live(host, service), sorted(found.owners) if not scope.alone else []
        outside = needs(there, schemas) if schemas else []
        used = servers(there, schemas) if schemas else {}
        loading.run(rows=scope.rows, needs=outside, servers=used, paths=scope.search_paths)
        if scope.compared:
            digest = _compare(dump, into, scope, loading)
        if scope.hand_over:
            loading.hand_over(analyze=scope.rows)
    outcome = loading.outcome
    return Loaded(archive, found, entries, tuple(outcome.verdicts()), digest, tuple(outcome.made()))


def _compare(dump: ContainerFile, into: str, scope: Scope, loading: Loading) -> str:
    """Hold back the owners of schemas that are not as the dump says; the fingerprint of what came."""
    host, service = dump.host, dump.service
    said = of_entries(loading.outcome.made(), texts=scope.alone)
    came = of_database(host, service, into, texts=scope.alone)
    different = [one for one in came.differences(said) if not loading.outcome.is_held_back(one)]
    if not scope.alone:
        different = [one for one in different if one in said.schemas and one]
    elif different:
        # PostgreSQL words some things in another way after a restore (seen: varchar IN ('a', 'b') in a check, a view,
        # an index), and so does each major version: so it is held against an empty database that came of the dump.
        create_like_live(host, service, SCHEMA_ONLY)
        load(host, service, dump, SCHEMA_ONLY, replace(_SCHEMA_ALONE, schemas=scope.schemas))
        different = [one for one in came.differences(of_database(host, service, SCHEMA_ONLY)) if one in different]
        drop_scratch(host, service, SCHEMA_ONLY)
    for schema in different:
        loading.outcome.differs(schema)
    return came.digest


def shared(host: Host, service: str, archive: Archive) -> Shares:
    """Whose the entries of a dump are on this service."""
    psql = beside(host, service)
    return shares(archive.entries, psql.json(_SUPERUSERS), psql.json(_TRUSTED))


def _chosen(archive: Archive, scope: Scope) -> tuple[Entry, ...]:
    if not scope.schemas:
        return archive.entries
    own: set[int] = set()
    for entry in archive.entries:
        here = entry.schema in scope.schemas or (entry.kind == "SCHEMA" and entry.tag in scope.schemas)
        if here or (entry.kind in _OF_A_SCHEMA and not entry.schema and own.intersection(entry.needs)):
            own.add(entry.id)
    # An exclusion constraint does not show that it needs an operator of an extension.
    extensions = {entry.id for entry in archive.entries if entry.kind == "EXTENSION"}
    objects = large_objects(archive.entries) if scope.large_objects else frozenset()
    wanted = with_needs(own | extensions | objects, archive.entries) if scope.alone else own
    return tuple(entry for entry in archive.entries if entry.id in wanted)
