"""An app's schemas in the live database: the old ones under dated names, and new ones in their place, or neither.

What is loaded here is what the app wrote, beside everybody's live data. So one transaction does all of it, in a session
that has the rights of the app's role and no others: a loading role that is a member of it. Only what comes after that,
a note and an owner for the old schemas, is the superuser's; a run that is cut between is finished by the next one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from host.archive.entry import Entry
from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import ContainerFile
from host.loading.guard import guarded, patience
from host.loading.pg_restore import list_of
from host.loading.verdict import reason
from host.placing import extensions
from host.placing.exchange_end import LOADER, end_sessions_of_loader, finish, state_name
from host.placing.extensions import MOVE_EXTENSIONS
from host.placing.live_schemas import end_sessions, oids, require_no_dependents
from host.placing.note import Note
from host.postgres.grants import Rows
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql, live, script
from host.programs.pipeline import in_memory
from host.programs.runner import Stage

_UNPRIVILEGED = "65534"

_SCHEMAS = """
SELECT COALESCE(json_object_agg(nspname, json_build_array(n.oid, obj_description(n.oid, 'pg_namespace'))), '{}')
  FROM pg_namespace n JOIN pg_roles o ON o.oid = nspowner
  WHERE rolname = :'role'
"""
_PREPARE = r"""
SELECT format('CREATE ROLE %I LOGIN', :'loader') \gexec
SELECT format('GRANT pg_use_reserved_connections TO %I', :'loader') FROM pg_roles
  WHERE rolname = 'pg_use_reserved_connections' \gexec
SELECT format('GRANT %I TO %I', :'role', :'loader') \gexec
SELECT format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO %I', current_database(), :'loader') \gexec
"""
_BEGIN = (
    r"""
BEGIN;
SET LOCAL lock_timeout = '30s';
SET LOCAL search_path = pg_catalog;
CREATE TEMPORARY TABLE moves ON COMMIT DROP AS
  SELECT * FROM json_to_recordset(:'moves') AS m (schema text, aside text);
SELECT format('ALTER SCHEMA %I RENAME TO %I', schema, aside) FROM moves \gexec
SELECT format('CREATE SCHEMA %I AUTHORIZATION %I', schema, :'role')
  FROM json_array_elements_text(:'schemas') AS schema \gexec
"""
    + MOVE_EXTENSIONS
    + """
SET LOCAL ROLE :"role";
"""
)
# pg_restore as text. Its last statement is the COMMIT, which it does not write where it fails; without the option there
# is one behind each large object. Policies count when a materialized view is filled, as they did for the app.
_WRITE = """\
printf %s "$1"
pg_restore --single-transaction --enable-row-security --no-owner --no-acl --no-tablespaces \\
  --use-list /dev/stdin --file - "$2"
"""


@dataclass(frozen=True)
class Exchange:
    """The live `schemas` of a role go aside; `entries` of a dump make the `new` ones. `note` is for the old ones."""

    file: ContainerFile
    role: str
    new: Sequence[str]
    entries: Sequence[Entry]
    note: Note
    extensions: Sequence[tuple[str, str]] = ()
    """The app's own, each with its schema."""
    grants: Rows = ()
    """What others may do with the new schemas and what is in them."""

    @property
    def host(self) -> Host:
        """The server."""
        return self.file.host

    @property
    def psql(self) -> Psql:
        """The superuser in the live database."""
        return live(self.host, self.file.service)

    def run(self) -> list[str]:
        """Do it; the old schemas' dated names. HostError where nothing has changed."""
        finish(self.host, self.file.service)
        restore_owners(self.psql)
        found: dict[str, tuple[str, str | None]] = self.psql.json(_SCHEMAS, role=self.role)
        before = {schema: oid for schema, (oid, _) in found.items()}
        self._check(before)
        moves = {schema: self.note.aside_name(schema) for schema in before}
        aside = [
            {"oid": oid, "name": moves[schema], "note": self.note.text(schema, comment=comment)}
            for schema, (oid, comment) in found.items()
        ]
        self._remember(aside)
        self.psql.execute(_PREPARE, loader=LOADER, role=self.role)
        extensions.prepare(self.psql, LOADER, [*before], self.new, self.extensions)
        output = self._load(moves)
        after = oids(self.psql)
        # A connection that broke at the last word does not show whether the server received it.
        done = all(schema in after and after[schema] != before.get(schema) for schema in self.new)
        finish(self.host, self.file.service)
        if not done:
            raise HostError(f"it cannot be put in place: {reason(output)}", output)
        end_sessions(self.psql, self.new)
        return list(moves.values())

    def _remember(self, aside: Sequence[Mapping[str, str]]) -> None:
        end = {"role": self.role, "aside": list(aside), "grants": list(self.grants), "new": list(self.new)}
        self.host.state.write(state_name(self.file.service), **end)

    def _check(self, before: dict[str, str]) -> None:
        taken = sorted({*self.new} & {*oids(self.psql)} - {*before})
        if taken:
            raise HostError(f"the schema {', '.join(taken)} is not of the role {self.role}")
        extensions.require_movable(self.psql, [*before])
        require_no_dependents(self.psql, [*before])

    def _load(self, moves: dict[str, str]) -> str:
        """Exchange them as the app; what psql printed where it failed."""
        begin = script(
            _BEGIN,
            moves=[{"schema": schema, "aside": aside} for schema, aside in moves.items()],
            schemas=list(self.new),
            role=self.role,
        )
        write = Stage(self.file.exec_words("sh", "-c", _WRITE, "sh", begin, self.file.path))
        words = Psql(self.host, self.file.service, role=LOADER).words()
        # psql reads text that an app wrote, so it runs in the container as a user without rights.
        read = Stage([*words[:2], "--user", _UNPRIVILEGED, *words[2:]])
        in_time = guarded(self.host, lambda: end_sessions_of_loader(self.psql), patience(self.file.size()))
        with in_memory(list_of(self.entries)) as entries, in_time as ended_for:
            written, loaded = self.host.pipe(write, read, stdin=entries)
        if ended_for:
            return ended_for[0].value
        return loaded.stderr if not loaded.ok else written.stderr
