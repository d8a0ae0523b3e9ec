"""The estate: what a stack file may say under `petbase:estate`, and nothing else.

Closed (a typo is an error), frozen, kebab-case, everything defaulted that can be. Rules that need more than one field
are in `components.config.rules`; reading the stack file and naming paths in errors is `components.config.stack_file`.
"""

from typing import Annotated, Literal

from pydantic import Field

from components.config.alert_spec import AlertChannel, ChannelName
from components.config.app_spec import App
from components.config.backups_spec import Backups
from components.config.edge_spec import Edge
from components.config.section import Section
from components.config.server_spec import Server
from components.config.values.app_types import AppName, ServiceName
from components.config.values.database_types import PostgresVersion, SettingName, SettingValue
from components.config.values.network_types import Fqdn
from components.config.values.server_types import Release, Sha256
from components.config.values.store_types import DumpSource
from host.server import versions


class Dokku(Section):
    """Versions. What is missing is installed; what is installed is upgraded only to a version that is written here."""

    version: Release = versions.DOKKU
    """Dokku's release."""
    bootstrap_sha256: Sha256 | None = None
    """SHA-256 that the release's installer must have, where it is another release than the default. `./petbase init`
    looks it up.
    """
    postgres_plugin: Release = versions.POSTGRES_PLUGIN
    """Release of the dokku-postgres plugin."""
    letsencrypt_plugin: Release = versions.LETS_ENCRYPT_PLUGIN
    """Release of the dokku-letsencrypt plugin, which is installed if an app uses `tls: letsencrypt`."""


class Database(Section):
    """The shared PostgreSQL."""

    service: ServiceName = "db"
    """The service's name in Dokku."""
    version: PostgresVersion = "18.4"
    """PostgreSQL's version, MAJOR.MINOR."""
    memory_mb: Annotated[int, Field(ge=128)] | None = None
    """Memory limit of the database's container, in MiB. Default: no limit."""
    config: dict[SettingName, SettingValue] = {}
    """PostgreSQL settings, like `{max_connections: 100}`."""
    restore_from: DumpSource | None = None
    """A dump to restore if the database has no tables: `latest`, or a name from `./petbase backups`."""
    restore_store: Literal["bucket", "copy"] = "bucket"
    """Where that dump is: in the bucket, or in the second store (`backups.copy`), as after the bucket was lost."""
    protect: bool | None = None
    """Overrides `protect` for this section. Default: the stack's value."""


Part = Server | Database | Backups | App


class Estate(Section):
    """Everything that one stack creates."""

    domain: Fqdn
    """Dokku's global domain. An app is served at APP.DOMAIN unless it has `domains`."""
    protect: bool = True
    """No edit can remove or replace the server, the database, the bucket or an app."""
    generation: Annotated[int, Field(ge=1)] = 1
    """Raise it to run every command on the server again."""
    server: Server
    """The machine."""
    dokku: Dokku = Dokku()
    """What runs the apps."""
    database: Database = Database()
    """The PostgreSQL that all apps share."""
    backups: Backups
    """The dumps."""
    edge: Edge = Edge()
    """DNS records and certificates."""
    alerts: dict[ChannelName, AlertChannel] = {}
    """The channels that are told of problems, each by a name of your choice."""
    apps: dict[AppName, App] = {}
    """The apps, each by its name."""

    def schema_of(self, app: str) -> str:
        """The schema that `app` lives in: its own name unless the stack file names one."""
        return self.apps[app].schema_name or app

    def domains_of(self, app: str) -> tuple[str, ...]:
        """The names that `app` answers to: `APP.DOMAIN` unless the stack file names some."""
        return self.apps[app].domains or (f"{app}.{self.domain}",)

    def protects(self, part: Part) -> bool:
        """Whether edits that remove or replace this part are refused: by its own `protect`, or else the stack's."""
        return self.protect if part.protect is None else part.protect
