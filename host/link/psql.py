"""For a person: psql as the superuser or as an app, and a list of the apps that are linked to a service."""

from dataclasses import KW_ONLY, dataclass

from host.core.command import RAW, Command
from host.core.errors import HostError
from host.core.host import Host
from host.dokku import config
from host.dokku.apps import require_dokku
from host.dokku.services import linked_apps, require_service
from host.link.record import Link
from host.link.url import parse
from host.link.variables import DATABASE_URL
from host.postgres.psql import container, database_name, host_name
from host.values.json_values import to_json

_READ_ONLY = "-c default_transaction_read_only=on"


@dataclass(frozen=True)
class OpenPsql(Command, noun="link", verb="psql"):
    """psql inside the service's container, on the caller's own standard input."""

    stdin = RAW
    _: KW_ONLY
    service: str
    app: str = ""
    """Whose role it logs in as; "" for the superuser."""
    read_only: bool = False
    tty: bool = False
    """Whether a person is at a terminal."""

    def run(self, host: Host) -> None:
        """Become docker. The app's password goes from its DATABASE_URL into the environment and by name into the
        container's (docker's --env NAME): it never leaves the server and is in no argument, where every user of the
        server could read it. A \\connect with a URL would leave it in psql's history.
        """
        role, password = self._login(host) if self.app else ("postgres", "")
        environment = {"PGOPTIONS": _READ_ONLY if self.read_only else "", "PGPASSWORD": password}
        terminal = ["--tty"] if self.tty else []
        names = [word for name, value in environment.items() if value for word in ("--env", name)]
        place = ["--host", "localhost", "--username", role, "--dbname", database_name(self.service)]
        words = ["docker", "exec", "--interactive", *terminal, *names, container(self.service), "psql"]
        host.replace_with([*words, "--set", "ON_ERROR_STOP=1", *place], environment)

    def _login(self, host: Host) -> tuple[str, str]:
        text = config.get(host, self.app, DATABASE_URL)
        if not text:
            raise HostError(f"{self.app} has no DATABASE_URL; look at: dokku config:keys {self.app}")
        url = parse(text)
        if not url or url.host != f"{host_name(self.service)}:5432":
            raise HostError(f"{self.app}: its DATABASE_URL leads elsewhere, not to {self.service}")
        return url.role, url.password


@dataclass(frozen=True)
class ListLinks(Command, noun="link", verb="list"):
    """List the apps that are linked to a service, each with the role in its DATABASE_URL."""

    _: KW_ONLY
    service: str

    def run(self, host: Host) -> None:
        """Apps of any stack, and those that somebody linked by hand."""
        require_dokku(host)
        require_service(host, self.service)
        urls = {app: parse(config.get(host, app, DATABASE_URL)) for app in linked_apps(host, self.service)}
        host.out.result(to_json(tuple(Link(app, url.role if url else "") for app, url in urls.items())))
