"""Links an app to a database service, and gives it the role, the schema and the URL that were decided on."""

from dataclasses import dataclass, replace

from host.app.rename_state import pending
from host.app.restart import owe_restart, restart_if_owed
from host.core.host import SERVICES_LOCK, Host
from host.dokku import docker_options
from host.dokku.apps import require_app, require_dokku
from host.dokku.services import linked_apps, require_service
from host.link import record as records
from host.link import variables
from host.link.connections import share_connections
from host.link.decision import Decision, Situation, decide
from host.link.record import SCHEMA, LinkCommand, LinkRecord
from host.link.url import DatabaseUrl
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.postgres.renamed_role import rename_role, require_own_schema
from host.postgres.requirements import require_extensions, require_schemas
from host.postgres.roles import AppRole, ensure_role
from host.watch.baseline import forget_schemas

_TABLES_IN_PUBLIC = """
SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm', 'f')
"""


@dataclass(frozen=True)
class Linker:
    """`access` is what the stack file says; `was` an earlier name of the app, whose role and schema it takes over."""

    host: Host
    wanted: LinkCommand
    access: str = SCHEMA
    was: str = ""

    def ensure(self, *, restart: bool = True) -> None:
        """Converge: nothing is sent to Dokku where all is as wanted. `restart`: a deployed app with a new URL restarts
        here; otherwise its settings, which come after, restart it for both.
        """
        host, app = self.host, self.wanted.app
        require_link(host, app, self.wanted.service)
        superuser = variables.require_superuser_url(host, self.wanted.service)
        # The rest is the app's own, and a restart takes half a minute: other links need not wait for that.
        with host.lock(SERVICES_LOCK):
            decision = self._link(superuser)
        variables.remove_other_urls(host, app, superuser)
        if restart:
            restart_if_owed(host, app, variables.DATABASE_URL)
        host.step(f"{app}: linked to {self.wanted.service}, access {decision.access}")

    def _link(self, superuser: DatabaseUrl) -> Decision:
        host, app, service = self.host, self.wanted.app, self.wanted.service
        record = records.read(host, app, service)
        current = variables.current_url(host, app)
        linked = self._is_linked(has_superuser_url=superuser.means(current))
        decision = self._decide(Situation(self.access, record, linked, superuser.means(current)))
        if decision.access == SCHEMA:
            require_schemas(self._psql, app, [self.wanted.schema, *self.wanted.reads])
            require_extensions(self._psql, app, self.wanted.extension)
        records.write(host, app, service, self._record(decision, record))
        url = self._role_url(superuser, current, record) if decision.access == SCHEMA else superuser
        url = variables.spelled(self.wanted, url, current, record)
        if not linked:
            host.step(f"{app}: linking to {service}")
            owe_restart(host, app)
            host.dokku("postgres:link", service, app, "--no-restart")
            current = variables.current_url(host, app)
        if decision.access == SCHEMA:
            self._close_builds()
        variables.change(host, self.wanted, decision.access, current, url)
        return decision

    def _decide(self, situation: Situation) -> Decision:
        decision = decide(situation, lambda: int(self._psql.value(_TABLES_IN_PUBLIC)))
        if decision.tables:
            app = self.wanted.app
            self.host.step(
                f"{app}: keeps its superuser link, public holds {decision.tables} of its tables; ./petbase isolate "
                f"{app} moves them"
            )
        return decision

    def _is_linked(self, *, has_superuser_url: bool) -> bool:
        app, service = self.wanted.app, self.wanted.service
        if app not in linked_apps(self.host, service):
            return False
        # A link that was cut off, or met another, is in LINKS without the option by which the app finds the database.
        option = docker_options.link_option(service)
        return has_superuser_url or option in docker_options.read(self.host, app).get(docker_options.DEPLOY, "")

    def _record(self, decision: Decision, before: LinkRecord | None) -> LinkRecord:
        """Schema and role stay in it when the app goes back to the superuser's URL: they are still its own."""
        given = decision.access == SCHEMA
        schema = (self._old_schema(before) or self.wanted.schema) if given else before.schema if before else ""
        role = self.wanted.app if given else before.role if before else ""
        wanted = self.wanted
        given_by_file = wanted.url_scheme, wanted.url_parameter, wanted.connections
        return LinkRecord(decision.access, self.host.stack, decision.found, schema, role, *given_by_file)

    def _old_schema(self, record: LinkRecord | None) -> str:
        """While the app takes over from its old self, that one's schema, since it serves until the new one is built; ""
        for none.
        """
        rename = pending(self.host, self.wanted.app)
        return record.schema if rename and rename.target == self.wanted.app and record else ""

    def _role_url(self, superuser: DatabaseUrl, current: DatabaseUrl | None, record: LinkRecord | None) -> DatabaseUrl:
        """The URL of the app's own role, which is made here with its schema."""
        app, old = self.wanted.app, self._old_schema(record)
        if old:
            require_own_schema(self._psql, self.was, app, self.wanted.schema)
        elif self.was:
            rename_role(self._psql, self.was, app, self.wanted.schema)
            if self.wanted.schema == app:
                forget_schemas(self.host, self.wanted.service, [self.was])
        password = variables.password_of(self.host, app, current, superuser)
        ensure_role(self._psql, self._role(password, old))
        restore_owners(self._psql)
        share_connections(self.host, self.wanted.service)
        return DatabaseUrl(app, password, superuser.host, superuser.database)

    def _role(self, password: str, old_schema: str) -> AppRole:
        role = self.wanted.role(password)
        if old_schema in ("", role.schema):
            return role
        return replace(role, schema=old_schema, becomes=role.schema)

    def _close_builds(self) -> None:
        """Builds run what others wrote, and --link would bring the superuser's password along (contract 171)."""
        app, option = self.wanted.app, docker_options.link_option(self.wanted.service)
        if option in docker_options.read(self.host, app).get(docker_options.BUILD, ""):
            docker_options.remove(self.host, app, docker_options.BUILD, option)

    @property
    def _psql(self) -> Psql:
        return Psql(self.host, self.wanted.service)


def require_link(host: Host, app: str, service: str) -> LinkRecord | None:
    """The link's record. HostError where it is another stack's, or where app or service are not there."""
    record = records.claim(host, app, service)
    require_dokku(host)
    require_app(host, app)
    require_service(host, service)
    return record
