"""An app's way out of `public`, where only the superuser's URL finds its tables, into its own schema; and back."""

from dataclasses import KW_ONLY, dataclass

from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.dokku import config
from host.link import record as records
from host.link import variables
from host.link.linker import Linker, require_link
from host.link.record import SCHEMA, SUPERUSER, LinkCommand, LinkRecord
from host.link.url import DatabaseUrl
from host.postgres.locks import execute_soon
from host.postgres.objects import MOVE_SQL
from host.postgres.owners import OWNERS_SQL
from host.postgres.psql import Psql
from host.postgres.requirements import require_schemas
from host.postgres.roles import DROP_ROLES_SQL, schema_users
from host.watch.baseline import forget_schemas

_PUBLIC = "public"
_PREPARE = r"""
BEGIN;
SELECT format('CREATE ROLE %I NOLOGIN', :'schema')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'schema') \gexec
SELECT format('CREATE SCHEMA IF NOT EXISTS %1$I AUTHORIZATION %1$I', :'schema') \gexec
"""
_COMMIT = """
COMMIT;
"""
_BEGIN = """
BEGIN;
"""
# What is left in the schema (an extension, say) keeps it and its role, and so does any other schema of that role.
_CLOSE = r"""
SELECT format('%s OWNER TO postgres', alter) FROM pg_temp.objects JOIN pg_roles r ON r.oid = owner
  WHERE schema_name = 'public' AND takes_owner AND rolname IN (:'schema', :'app') ORDER BY turn \gexec
SELECT format('DROP SCHEMA %I', nspname) FROM pg_namespace n WHERE nspname = :'schema' AND NOT EXISTS (
  SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = n.oid AND deptype = 'n') \gexec
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname) FROM pg_roles WHERE rolname = :'app' \gexec
"""


@dataclass(frozen=True)
class Isolate(LinkCommand, noun="link", verb="isolate"):
    """Move an app's objects out of public into its own schema, and give it a role; without --table, all of them."""

    _: KW_ONLY
    table: tuple[str, ...] = ()
    """A table, view, sequence, function or type."""

    def run(self, host: Host) -> None:
        """One transaction, and the record after it: cut off in between, the link still counts what is in public."""
        require_link(host, self.app, self.service)
        with host.lock(SERVICES_LOCK):
            host.step(f"{self.app}: moving out of public, into the schema {self.schema}")
            psql = Psql(host, self.service)
            require_schemas(psql, self.app, [self.schema])
            execute_soon(
                psql,
                _PREPARE + MOVE_SQL + OWNERS_SQL + _COMMIT,
                source=_PUBLIC,
                target=self.schema,
                names=self.table or None,
                schema=self.schema,
            )
            record = LinkRecord(SCHEMA, host.stack, schema=self.schema, role=self.app)
            records.write(host, self.app, self.service, record)
            forget_schemas(host, self.service, [_PUBLIC])
        Linker(host, self).ensure()


@dataclass(frozen=True)
class UndoIsolate(LinkCommand, noun="link", verb="isolate-undo"):
    """Move everything in an app's schema back to public, and give the app the superuser's URL."""

    def run(self, host: Host) -> None:
        """The URL first: the app that runs keeps its own until the restart."""
        require_link(host, self.app, self.service)
        with host.lock(SERVICES_LOCK):
            self._require_alone(host)
            superuser = variables.require_superuser_url(host, self.service)
            self._give_superuser_url(host, superuser)
            host.step(f"{self.app}: moving from the schema {self.schema} back into public")
            execute_soon(
                Psql(host, self.service),
                _BEGIN + MOVE_SQL + _CLOSE + DROP_ROLES_SQL + _COMMIT,
                source=self.schema,
                target=_PUBLIC,
                names=None,
                schema=self.schema,
                app=self.app,
                roles=[self.schema, self.app],
            )
            forget_schemas(host, self.service, [self.schema])
        Linker(host, self, SUPERUSER).ensure()

    def _require_alone(self, host: Host) -> None:
        others = [user for user in schema_users(Psql(host, self.service), self.schema) if user != self.app]
        if others:
            raise HostError(
                f"the schema {self.schema} is shared with {' '.join(others)}; nothing was changed. Their tables would "
                f"leave with those of {self.app}"
            )

    def _give_superuser_url(self, host: Host, superuser: DatabaseUrl) -> None:
        current = variables.current_url(host, self.app)
        has_superuser_url = superuser.means(current)
        if not has_superuser_url and not variables.is_own(current, self.app, superuser):
            raise HostError(f"{self.app}: its DATABASE_URL leads elsewhere; nothing was changed")
        record = records.read(host, self.app, self.service)
        records.write(host, self.app, self.service, LinkRecord(SUPERUSER, host.stack))
        if not has_superuser_url:
            host.step(f"{self.app}: back to the superuser's link")
            url = variables.spelled(self, superuser, current, record)
            variables.change(host, self, SUPERUSER, current, url)
            config.unset(host, self.app, variables.copied_password(self.service))
