"""Loading roles: each stands in for one owner while a dump is loaded, and may touch that owner's things only.

They log in over the container's own socket, which asks for no password, and have none. They are members of nothing, may
connect to the database that is loaded alone, and are dropped when its objects have gone to their roles.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from host.archive.entry import Entry
from host.archive.shares import BOOTSTRAP, EXTENSIONS, Kind, Loader, Phase, Shares
from host.core.host import Host
from host.postgres.objects import OBJECTS
from host.postgres.psql import Psql, beside
from host.postgres.roles import EXTENSIONS as EXTENSIONS_SCHEMA

PREFIX = "petbase load "
_NAME_BYTES = 63
_LISTED = re.compile(r"^\d+$", re.MULTILINE)

_MAKE = r"""
SELECT format('CREATE ROLE %I LOGIN', role) FROM json_array_elements_text(:'roles') AS role \gexec
SELECT format('GRANT pg_use_reserved_connections TO %I', role) FROM json_array_elements_text(:'roles') AS role
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_use_reserved_connections') \gexec
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), role)
  FROM json_array_elements_text(:'roles') AS role \gexec
SELECT format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', nspname) FROM pg_namespace WHERE nspname = 'public' \gexec
SELECT format('CREATE SCHEMA IF NOT EXISTS %I', schema) FROM json_to_recordset(:'schemas') AS s (schema text) \gexec
SELECT format('ALTER SCHEMA %I OWNER TO %I', schema, role)
  FROM json_to_recordset(:'schemas') AS s (schema text, role text) WHERE schema <> 'public' AND role <> '' \gexec
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, role)
  FROM pg_namespace, json_array_elements_text(:'roles') AS role WHERE nspname = :'extensions' \gexec
SELECT format('GRANT USAGE, CREATE ON SCHEMA %I TO %I', schema, role)
  FROM json_to_recordset(:'guests') AS s (schema text, role text) \gexec
"""
# An app's own extensions, before anything of the app is there that such a script could trip over.
_MAY_EXTEND = r"SELECT format('GRANT CREATE ON DATABASE %I TO %I', current_database(), :'role') \gexec"
_MAY_NOT_EXTEND = r"SELECT format('REVOKE CREATE ON DATABASE %I FROM %I', current_database(), :'role') \gexec"
# Extensions have tables with rows of their own (pg_cron). They stay the extension's.
_FILL_EXTENSIONS = r"""
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, :'role'),
  format('GRANT SELECT, %s ON %s TO %I', CASE relkind WHEN 'S' THEN 'UPDATE' ELSE 'INSERT' END, c.oid::regclass,
    :'role')
  FROM pg_depend JOIN pg_class c ON c.oid = objid JOIN pg_namespace n ON n.oid = relnamespace
  WHERE classid = 'pg_class'::regclass AND deptype = 'e' AND relkind IN ('r', 'p', 'S') \gexec
"""
_USE_SERVERS = r"""
SELECT format('GRANT USAGE ON FOREIGN SERVER %I TO %I', srvname, :'role') FROM pg_foreign_server
  WHERE srvname IN (SELECT json_array_elements_text(:'servers')) \gexec
"""
# An object at a time: REASSIGN OWNED locks all that it meets until its end, and a lock table has room for thousands
# only. What it is there for is what belongs to no schema.
_HAND_OVER = (
    OBJECTS
    + r"""
CREATE TEMPORARY TABLE heirs AS SELECT r.oid, role, COALESCE(known.rolname, 'postgres') AS heir
  FROM json_to_recordset(:'heirs') AS given (role text, heir text)
  JOIN pg_roles r ON r.rolname = role LEFT JOIN pg_roles known ON known.rolname = heir AND NOT known.rolsuper;
SELECT format('%s OWNER TO %I', alter, heir) FROM pg_temp.objects JOIN heirs h ON h.oid = owner
  WHERE takes_owner ORDER BY turn \gexec
SELECT format(command, role, heir) FROM heirs, unnest(ARRAY['REASSIGN OWNED BY %I TO %I', 'DROP OWNED BY %I'])
  WITH ORDINALITY AS c (command, turn) ORDER BY role, turn \gexec
"""
)
# Large objects belong to no schema; the dump says whose they were.
_GIVE_LARGE_OBJECTS = r"""
SELECT format('ALTER LARGE OBJECT %s OWNER TO %I', known.oid, rolname)
  FROM json_to_recordset(:'owners') AS o (oid oid, owner text) JOIN pg_largeobject_metadata known ON known.oid = o.oid
  JOIN pg_roles ON rolname = owner WHERE NOT rolsuper \gexec
"""
# Nor do publications and foreign servers. A publication of all tables, or of a whole schema, can only be a superuser's.
_GIVE_NAMED = r"""
SELECT format('ALTER %s %I OWNER TO %I', kind, name, rolname)
  FROM json_to_recordset(:'owners') AS o (kind text, name text, owner text) JOIN pg_roles ON rolname = owner
  WHERE NOT rolsuper AND (kind = 'SERVER' AND name IN (SELECT srvname FROM pg_foreign_server)
    OR kind = 'PUBLICATION' AND name IN (SELECT pubname FROM pg_publication WHERE NOT puballtables)) \gexec
"""
_DISCARD = r"""
SELECT format('DROP OWNED BY %I CASCADE', role) FROM json_array_elements_text(:'roles') AS role \gexec
"""
# Sessions of theirs could only be left over from a run that was killed.
_FORGET = r"""
CREATE TEMPORARY VIEW unused AS SELECT oid, rolname FROM pg_roles r WHERE starts_with(rolname, 'petbase load ')
  AND NOT EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid);
SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN unused ON usesysid = unused.oid;
SELECT format('DROP ROLE %I', rolname) FROM unused \gexec
"""


@dataclass(frozen=True)
class Loaders:
    """The loading roles of one database, by what they stand in for. `guests` make things in a schema of another."""

    psql: Psql
    roles: dict[Loader, str]
    guests: frozenset[tuple[Loader, str]]

    def role(self, loader: Loader) -> str:
        """The name that it logs in by."""
        return BOOTSTRAP if loader.kind is Kind.SUPERUSER else self.roles[loader]

    @contextmanager
    def may_extend(self, loader: Loader) -> Iterator[None]:
        """Let one create extensions for the length of a block; the superuser may anyway."""
        role = self.role(loader)
        if role != BOOTSTRAP:
            self.psql.execute(_MAY_EXTEND, role=role)
        yield
        if role != BOOTSTRAP:
            self.psql.execute(_MAY_NOT_EXTEND, role=role)

    def may_fill_extensions(self) -> None:
        """Let the one for extensions write what their tables hold."""
        if EXTENSIONS in self.roles:
            self.psql.execute(_FILL_EXTENSIONS, role=self.roles[EXTENSIONS])

    def may_use_servers(self, loader: Loader, servers: Sequence[str]) -> None:
        """Let one make tables of these foreign servers; the right goes with the role."""
        if servers and loader in self.roles:
            self.psql.execute(_USE_SERVERS, role=self.roles[loader], servers=list(servers))

    def hand_over(self) -> None:
        """Give all that was made to the roles that they stood in for, to the superuser where there is none."""
        heirs = [{"role": role, "heir": loader.name} for loader, role in self.roles.items()]
        self.psql.execute(_HAND_OVER, heirs=heirs)
        forget(self.psql.host, self.psql.service)

    def give_large_objects(self, entries: Iterable[Entry]) -> None:
        """Give them to the roles that owned them. Since PostgreSQL 17 an entry is for many; their ids are its text."""
        owned = [entry for entry in entries if entry.kind in ("BLOB", "BLOB METADATA") and entry.owner]
        ids = ((oid, entry.owner) for entry in owned for oid in (_LISTED.findall(entry.definition) or [entry.tag]))
        owners = [{"oid": oid, "owner": owner} for oid, owner in ids]
        if owners:
            self.psql.execute(_GIVE_LARGE_OBJECTS, owners=owners)

    def give_named(self, entries: Iterable[Entry]) -> None:
        """Give publications and foreign servers to the roles that owned them."""
        known = [one for one in entries if one.kind in ("PUBLICATION", "SERVER") and one.owner]
        if known:
            owners = [{"kind": one.kind, "name": one.tag, "owner": one.owner} for one in known]
            self.psql.execute(_GIVE_NAMED, owners=owners)

    def discard(self, loaders: Iterable[Loader]) -> None:
        """Drop what some of them made."""
        self.psql.execute(_DISCARD, roles=[self.roles[loader] for loader in loaders])


def make(psql: Psql, entries: Sequence[Entry], shares: Shares) -> Loaders:
    """Make the roles that these entries need, and the schemas."""
    forget(psql.host, psql.service)
    schemas = {entry.tag: shares.owners[entry.tag] for entry in entries if entry.kind == "SCHEMA"}
    owners = {schema: owner for schema, owner in schemas.items() if owner.kind is Kind.APP}
    running = [shares.loader(entry) for entry in entries if shares.phase(entry) is not Phase.NEVER]
    wanted = dict.fromkeys([*owners.values(), *(one for one in running if one.kind is not Kind.SUPERUSER)])
    roles = {loader: _name(number, psql.database) for number, loader in enumerate(wanted, 1)}
    guests = {(shares.loader(entry), entry.schema) for entry in entries if _is_guest(entry, shares)}
    psql.execute(
        _MAKE,
        roles=list(roles.values()),
        schemas=[{"schema": one, "role": roles[owners[one]] if one in owners else ""} for one in schemas],
        guests=[{"schema": schema, "role": roles[loader]} for loader, schema in guests],
        extensions=EXTENSIONS_SCHEMA,
    )
    return Loaders(psql, roles, frozenset(guests))


def forget(host: Host, service: str) -> None:
    """Drop the loading roles that own nothing any more."""
    beside(host, service).execute(_FORGET)


def _name(number: int, database: str) -> str:
    return f"{PREFIX}{number} of {database}".encode()[:_NAME_BYTES].decode(errors="ignore")


def _is_guest(entry: Entry, shares: Shares) -> bool:
    """Whether its loading role makes things in a schema that it does not own."""
    loader = shares.loader(entry)
    if not entry.schema or loader.kind in (Kind.SUPERUSER, Kind.EXTENSIONS) or shares.phase(entry) is Phase.NEVER:
        return False
    return entry.schema == "public" or shares.owners.get(entry.schema) != loader or loader.kind is not Kind.APP
