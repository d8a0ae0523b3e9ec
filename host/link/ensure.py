"""An app that is linked to the shared database, and one whose link leaves the stack."""

from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.host import SERVICES_LOCK, Host
from host.dokku import config
from host.dokku.apps import app_exists, require_dokku
from host.dokku.services import linked_apps, service_exists, superuser_url
from host.link import record as records
from host.link.connections import share_connections
from host.link.linker import Linker
from host.link.record import SCHEMA, LinkCommand
from host.link.url import parse
from host.link.variables import DATABASE_URL, copied_password
from host.postgres.psql import Psql
from host.postgres.roles import close_role
from host.settings.converge import reset

_UNLINKING = "DOKKU_POSTGRES_GONE_URL"


@dataclass(frozen=True)
class EnsureLink(LinkCommand, noun="link", verb="ensure"):
    """Link an app to the database, with its own role and schema, or with the superuser's URL."""

    _: KW_ONLY
    access: str = SCHEMA
    """schema or superuser."""
    was: str = ""
    """An earlier name of the app, whose role and schema it takes over."""
    restart: bool = True
    """The app has no settings in the stack file: what is left of earlier ones is reset, and a deployed app restarts
    here if that or its URL changed. Otherwise `settings ensure`, which comes after, restarts it for both.
    """

    def run(self, host: Host) -> None:
        """See Linker."""
        if self.restart:
            reset(host, self.app)
        Linker(host, self, self.access, self.was).ensure(restart=self.restart)


@dataclass(frozen=True)
class RemoveLink(Command, noun="link", verb="remove", lock=records.LOCK):
    """Unlink an app; its schema, its role and its data stay, and the role can no longer log in."""

    app: str
    _: KW_ONLY
    service: str

    def run(self, host: Host) -> None:
        """Nothing to do where app, service or link have gone already; a found link is only forgotten."""
        record = records.claim(host, self.app, self.service)
        require_dokku(host)
        with host.lock(SERVICES_LOCK):
            if record and record.found:
                host.step(f"{self.app}: its link was here before Petbase, stays")
            elif service_exists(host, self.service):
                if self._is_linked(host):
                    self._unlink(host)
                if record and record.role:
                    close_role(Psql(host, self.service), record.role)
                    share_connections(host, self.service)
            host.state.remove(records.path(self.app, self.service))
            host.state.remove(f"apps/{self.app}/restart")

    def _is_linked(self, host: Host) -> bool:
        """An unlink that was cut off has left LINKS, but not yet the app's options and environment."""
        if not app_exists(host, self.app):
            return False
        return self.app in linked_apps(host, self.service) or bool(config.get(host, self.app, _UNLINKING))

    def _unlink(self, host: Host) -> None:
        host.step(f"{self.app}: unlinking from {self.service}; its schema and its data stay")
        text = superuser_url(host, self.service)
        superuser, current = parse(text), parse(config.get(host, self.app, DATABASE_URL))
        if superuser and current and current.place == superuser.place:
            config.unset(host, self.app, DATABASE_URL)
        config.unset(host, self.app, copied_password(self.service))
        # `unlink` knows a link by the superuser's URL in the app's environment, and without it says "Not linked".
        config.put(host, self.app, {_UNLINKING: text})
        host.dokku("postgres:unlink", self.service, self.app, "--no-restart")
