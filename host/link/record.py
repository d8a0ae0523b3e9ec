"""What Petbase remembers of a link, apps/APP/links/SERVICE, and the words that every command about one shares."""

from dataclasses import KW_ONLY, asdict, dataclass, field

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.postgres.roles import AppRole

SCHEMA, SUPERUSER = "schema", "superuser"
LOCK = "link.{service}.{app}"
"""Of every command that changes a link, or what an app left."""


@dataclass(frozen=True)
class LinkRecord:
    """`access` is SCHEMA or SUPERUSER. `found`: the link was here before Petbase. `schema` and `role` are what the app
    was given, and stay when it goes back to the superuser's URL: "" where it was never given any. `scheme` and
    `parameters` are what Petbase put into its DATABASE_URL beyond the plain one; `connections` is None for its share.
    """

    access: str
    stack: str
    found: bool = False
    schema: str = ""
    role: str = ""
    scheme: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    connections: int | None = None


@dataclass(frozen=True)
class Link:
    """`role` is the one in the app's DATABASE_URL; "" where it has none."""

    app: str
    role: str


def path(app: str, service: str) -> str:
    """The name of the record in the state."""
    return f"apps/{app}/links/{service}"


def read(host: Host, app: str, service: str) -> LinkRecord | None:
    """The record; None for a link that Petbase knows nothing of."""
    found = host.state.read(path(app, service))
    return LinkRecord(**found) if found else None


def users_by_schema(host: Host, service: str, roles: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Which of these roles use the service through which schema, by the links of all stacks."""
    found: dict[str, tuple[str, ...]] = {}
    for app in host.state.names("apps"):
        link = read(host, app, service)
        if link and link.access == SCHEMA and link.role in roles:
            found[link.schema] = (*found.get(link.schema, ()), link.role)
    return found


def write(host: Host, app: str, service: str, record: LinkRecord) -> None:
    """Put the record in place."""
    host.state.write(path(app, service), **asdict(record))


def claim(host: Host, app: str, service: str) -> LinkRecord | None:
    """The record, which may only be this stack's. HostError where the link is another stack's."""
    found = read(host, app, service)
    if found and found.stack != host.stack:
        raise HostError(
            f"the link of {app} to {service} belongs to the stack {found.stack}, not to {host.stack}; nothing was "
            f"changed. To hand it over, run on the server: rm {host.state.folder}/{path(app, service)}.json"
        )
    return found


@dataclass(frozen=True)
class LinkCommand(Command, lock=LOCK):
    """`reads` are schemas of other apps that it may read; `extension` are installed for it."""

    app: str
    _: KW_ONLY
    service: str
    schema: str
    reads: tuple[str, ...] = ()
    extension: tuple[str, ...] = ()
    connections: int | None = None
    statement_timeout: str = ""
    url_scheme: str = ""
    """How DATABASE_URL begins, such as postgresql; "" leaves it as it is."""
    url_parameter: dict[str, str] = field(default_factory=dict)
    """The parameters of DATABASE_URL, after the `?`; others that are there stay."""

    def role(self, password: str) -> AppRole:
        """What the app's role is given."""
        return AppRole(self.app, self.schema, password, self.reads, self.extension, self.statement_timeout)
