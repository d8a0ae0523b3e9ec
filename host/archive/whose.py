"""Who may run which entry of a dump, and when.

What an app wrote runs again while it is loaded: planning a CREATE TABLE runs functions on constants, COPY runs checks,
an index its expressions. So an entry is run by a loading role that stands in for its owner and can touch that owner's
things only. The superuser runs what only it can make, and of that only what runs nothing while it is made.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from host.archive.entry import DATA, LARGE_OBJECTS, NO_SECTION, POST_DATA, Entry
from host.archive.shares import BOOTSTRAP, EXTENSIONS, RECORDS, SHARED, SUPERUSER, Kind, Loader, Phase, Share, Shares
from host.postgres.schema_record import PETBASE

# Made by other means (schemas, the database), or not at all (owners.py gives owners and grants).
_NEVER = {"SCHEMA", "DATABASE", "DATABASE PROPERTIES", "ACL", "DEFAULT ACL", "TABLESPACE"}
# They act on what is made after them, so they are made last.
_LAST = {"EVENT TRIGGER", "PUBLICATION", "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA", "SUBSCRIPTION"}
_LAST |= {"SUBSCRIPTION TABLE"}
_PHASES = {**dict.fromkeys(_NEVER, Phase.NEVER), **dict.fromkeys(_LAST, Phase.LAST)}
_PHASES |= {"EXTENSION": Phase.EXTENSION, "MATERIALIZED VIEW DATA": Phase.REFRESH}
# Behind the foreign keys: their check reads whole tables, and fails where a policy counts for the owner too.
_PHASES |= {"POLICY": Phase.GUARD, "ROW SECURITY": Phase.GUARD}
# Only a superuser can make them, and nothing that anybody wrote runs while they are made.
_PRIVILEGED = {"ACCESS METHOD", "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURAL LANGUAGE", "SHELL TYPE", "TRANSFORM"}
_PRIVILEGED |= {"TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE"}
# The same, but for a validator of the wrapper's, which runs when a server or a mapping is made.
_FOREIGN = {"FOREIGN DATA WRAPPER", "SERVER", "USER MAPPING"}
_REMARKS = {"COMMENT", "SECURITY LABEL"}
_ROUTINES = {"FUNCTION", "PROCEDURE"}
# Untrusted languages end with a u.
_NATIVE = re.compile(r'\n    LANGUAGE (?:c|internal|"?\w+u"?)\b[^\n]*\n|\b(?:LEAKPROOF|SUPPORT)\b')
SET_ASIDE = re.compile(r".+ before \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.DOTALL)
"""What a restore calls the schemas that it sets aside."""


def shares(entries: Iterable[Entry], superusers: Collection[str] = (), trusted: Collection[str] = ()) -> Shares:
    """Share the entries out. `superusers` are roles whose things are the superuser's; `trusted` the extensions that an
    ordinary role may create.
    """
    return _Sorting(tuple(entries), {BOOTSTRAP, *superusers}, set(trusted)).shares()


class _Sorting:
    def __init__(self, entries: tuple[Entry, ...], superusers: set[str], trusted: set[str]) -> None:
        self._entries, self._superusers, self._trusted = entries, superusers, trusted
        self._by_id = {entry.id: entry for entry in entries}
        self._owners = {entry.tag: entry.owner for entry in entries if entry.kind == "SCHEMA"}
        self._tables = {(entry.schema, entry.tag) for entry in entries if entry.kind in ("TABLE", "SEQUENCE")}
        # An app that owned one could rewrite it, and it runs as the superuser (host/postgres/owners.py).
        callers = [entry for entry in entries if entry.kind in ("EVENT TRIGGER", "FOREIGN DATA WRAPPER")]
        self._called_by_superuser = {one for entry in callers for one in entry.needs}
        self._found: dict[int, Share] = {}

    def shares(self) -> Shares:
        before = Phase.PRE
        for entry in self._entries:
            share = Share(self._loader(entry), self._phase(entry, before))
            before = share.phase if entry.section != NO_SECTION and share.phase is not Phase.NEVER else before
            self._found[entry.id] = share
        return Shares(self._found, {schema: self._schema(schema) for schema in self._owners})

    def _phase(self, entry: Entry, before: Phase) -> Phase:
        if entry.kind in _REMARKS:
            # As its object, which comes before it in the dump.
            about = self._about(entry)
            if about and about.kind == "SCHEMA":
                return Phase.PRE
            return self._found[about.id].phase if about else before
        if entry.kind in LARGE_OBJECTS or entry.section == DATA:
            return Phase.ROWS
        return _PHASES.get(entry.kind, Phase.POST if entry.section == POST_DATA else Phase.PRE)

    def _loader(self, entry: Entry) -> Loader:
        if entry.kind in _REMARKS:
            about = self._about(entry)
            return self._found[about.id].loader if about and about.kind != "SCHEMA" else SUPERUSER
        if entry.kind in _NEVER | _LAST | LARGE_OBJECTS | _PRIVILEGED or self._is_superusers_own(entry):
            return SUPERUSER
        if entry.kind == "EXTENSION":
            return self._extension(entry)
        if entry.kind in ("TABLE DATA", "SEQUENCE SET") and (entry.schema, entry.tag) not in self._tables:
            return EXTENSIONS
        if entry.kind == "CAST":
            return self._cast(entry)
        return self._owner(entry)

    def _about(self, entry: Entry) -> Entry | None:
        return next((self._by_id[one] for one in entry.needs if one in self._found), None)

    def _is_superusers_own(self, entry: Entry) -> bool:
        """Whether only a superuser can make it, and one made it."""
        if entry.kind in _FOREIGN:
            return self._needs_no_routine(entry)
        if entry.owner not in self._superusers:
            return False
        if entry.kind == "FOREIGN TABLE":
            # Its options may be a superuser's alone; what an app wrote could run by a default or a domain.
            return self._schema(entry.schema) == SHARED and self._needs_no_routine(entry)
        if entry.kind == "TYPE":
            return any(self._by_id[one].kind == "SHELL TYPE" for one in entry.needs if one in self._by_id)
        head = entry.definition.partition("\n    AS ")[0] + "\n"
        is_native = bool(_NATIVE.search(head)) and "SECURITY DEFINER" not in head
        return entry.kind in _ROUTINES and (is_native or entry.id in self._called_by_superuser)

    def _needs_no_routine(self, entry: Entry) -> bool:
        return not any(self._by_id[one].kind in _ROUTINES for one in self._all_needs(entry))

    def _all_needs(self, entry: Entry) -> set[int]:
        found: set[int] = set()
        waiting = list(entry.needs)
        while waiting:
            one = waiting.pop()
            if one in self._by_id and one not in found:
                found.add(one)
                waiting += self._by_id[one].needs
        return found

    def _extension(self, entry: Entry) -> Loader:
        """One that an app installed into its own schema is the app's, or it could not drop it any more."""
        schema = schema_of_extension(entry, self._by_id)
        return self._schema(schema) if schema and entry.tag in self._trusted else SUPERUSER

    def _cast(self, entry: Entry) -> Loader:
        """A cast has no owner; the owner of either type may make it, unless it has no function."""
        if entry.definition.rpartition(")")[2].strip().startswith("WITHOUT FUNCTION"):
            return SUPERUSER
        owners = [self._found[one].loader for one in entry.needs if self._by_id[one].kind in _TYPES]
        return owners[0] if owners else SUPERUSER

    def _owner(self, entry: Entry) -> Loader:
        if entry.owner and entry.owner not in self._superusers:
            return Loader(Kind.APP, entry.owner)
        return self._schema(entry.schema) if entry.schema else SUPERUSER

    def _schema(self, schema: str) -> Loader:
        owner = self._owners.get(schema, BOOTSTRAP)
        if owner and owner not in self._superusers:
            return Loader(Kind.APP, owner)
        if schema == PETBASE:
            return RECORDS
        return Loader(Kind.ASIDE, schema) if SET_ASIDE.fullmatch(schema) else SHARED


_TYPES = {"TYPE", "DOMAIN", "TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"}


def schema_of_extension(entry: Entry, by_id: Mapping[int, Entry]) -> str:
    """The schema that an extension is in; "" for public, which has no entry."""
    return next((by_id[one].tag for one in entry.needs if one in by_id and by_id[one].kind == "SCHEMA"), "")
