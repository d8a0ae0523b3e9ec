"""The only command that drops an app's data: the schemas and large objects of an app that went, and its role."""

from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.dokku.apps import require_dokku
from host.dokku.services import linked_apps, require_service
from host.files.run import forget_app
from host.link import record as records
from host.postgres.locks import execute_soon
from host.postgres.objects import DEPENDS, REQUIRE_NO_DEPENDENTS
from host.postgres.psql import Psql, SqlError
from host.postgres.roles import DROP_ROLES_SQL, schema_users
from host.watch.baseline import forget_schemas

# Those that its role owns, and the one of its name, which belongs to the superuser where no role was there to have it.
_SCHEMAS = """
SELECT COALESCE(json_agg(nspname ORDER BY nspname), '[]') FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner
  WHERE rolname = :'app' OR nspname = :'app' AND rolsuper
"""
# Names of what is in the way are shown with their schemas.
_BEGIN = """
BEGIN;
SET LOCAL search_path = pg_catalog;
"""
_DROP = r"""
SELECT format('DROP SCHEMA %I CASCADE', name) FROM json_array_elements_text(:'schemas') AS name
  WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = name) \gexec
SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication JOIN pg_roles r ON r.oid = pubowner
  WHERE rolname = :'app' \gexec
"""
_COMMIT = """
COMMIT;
"""
# In parts: each object takes a lock, and the server has room for some thousands only.
_UNLINK_LARGE_OBJECTS = """
SELECT count(lo_unlink(oid)) FROM (SELECT l.oid FROM pg_largeobject_metadata l JOIN pg_roles r ON r.oid = lomowner
  WHERE rolname = :'app' LIMIT 1000) AS part
"""
_ROLE = """
SELECT count(*) FROM pg_roles WHERE rolname = :'app'
"""


@dataclass(frozen=True)
class DropData(Command, noun="link", verb="drop-data", lock=records.LOCK):
    """Drop the schemas of an app that went, with all its data, and its role."""

    app: str
    _: KW_ONLY
    service: str

    def run(self, host: Host) -> None:
        """Never while somebody uses it, and never more than that: what depends on it from outside stops it."""
        records.claim(host, self.app, self.service)
        require_dokku(host)
        require_service(host, self.service)
        psql = Psql(host, self.service)
        with host.lock(SERVICES_LOCK):
            self._require_unused(host, psql)
            # First: once the schema is gone, nothing leads here again.
            forget_app(host, self.service, self.app)
            host.step(f"{self.app}: dropping its schema and its role")
            self._drop(psql)
        if psql.value(_ROLE, app=self.app) != "0":
            host.step(
                f"{self.app}: its role stays, closed, as the owner of what a restore put aside (./petbase kept) or of "
                "things in other apps' schemas (./petbase doctor)"
            )
        host.step(f"{self.app}: its data is gone")

    def _require_unused(self, host: Host, psql: Psql) -> None:
        if self.app in linked_apps(host, self.service):
            raise HostError(
                f"{self.app} is linked to {self.service}, so its data is in use; nothing was dropped. First take it "
                "out of the stack file and run pulumi up"
            )
        if users := schema_users(psql, self.app):
            raise HostError(f"the schema {self.app} is in use by {' '.join(users)}; nothing was dropped")

    def _drop(self, psql: Psql) -> None:
        """The role last: a run that was cut off finds by it what is left."""
        sql = _BEGIN + REQUIRE_NO_DEPENDENTS + _DROP + _COMMIT
        try:
            schemas = psql.json(_SCHEMAS, app=self.app) or []
            # First: a run that was cut off finds none that it has dropped.
            forget_schemas(psql.host, self.service, schemas)
            execute_soon(psql, sql, schemas=schemas, app=self.app, extensions="go")
        except SqlError as problem:
            said, found, names = problem.reason.partition(DEPENDS)
            if not found:
                raise
            raise HostError(f"{said}{found}{names}; nothing was dropped. First drop or change that") from None
        while psql.value(_UNLINK_LARGE_OBJECTS, app=self.app) not in ("", "0"):
            pass
        execute_soon(psql, _BEGIN + DROP_ROLES_SQL + _COMMIT, roles=[self.app])
