"""What the stack file may say of an app: `apps.NAME`. docs/stack-file.md tells what an edit does."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from components.config.bucket_spec import Bucket
from components.config.edge_spec import Tls
from components.config.section import Section
from components.config.values.app_types import AppName, HealthPath, Mount, PortMap, ProcessType
from components.config.values.database_types import (
    ExtensionName,
    SchemaName,
    Timeout,
    UrlParameter,
    UrlParameterValue,
    UrlScheme,
)
from components.config.values.network_types import Fqdn
from components.config.values.variable_types import SecretVariable, VariableName, VariableValue
from host.settings.table import KINDS, AppSettings


class Checks(Section):
    """How a new container replaces the old one."""

    disabled: bool = False
    """True: stop the old container before the new one starts."""
    wait_to_retire_seconds: Annotated[int, Field(ge=0, le=86400)] | None = None
    """Seconds that the old container keeps running after the new one has taken over."""


class Resources(Section):
    """Limits of each container of an app."""

    memory_mb: Annotated[int, Field(ge=6)] | None = None
    """Memory limit of each container, in MiB."""
    cpu: Annotated[float, Field(gt=0, le=1024)] | None = None
    """CPU limit of each container, in cores."""


class DatabaseUrl(Section):
    """How an app's DATABASE_URL is written. It leads to the same data."""

    scheme: UrlScheme | None = None
    """How it begins: `postgres`, `postgresql`, or with a driver, such as `postgresql+psycopg`. Default: `postgres`, or
    what you changed it to by hand."""
    parameters: dict[UrlParameter, UrlParameterValue] = {}
    """Its query parameters, such as `schema: fruits` or `sslmode: disable`. Others that you set by hand are kept."""


class App(Section):
    """One app: its domains, its schema in the shared database, its settings."""

    domains: tuple[Fqdn, ...] | None = None
    """Its domains. Default: APP.DOMAIN."""
    proxied: bool | None = None
    """Overrides `edge.proxied` for this app."""
    tls: Tls = None
    """Overrides `edge.tls` for this app, or names the secrets with your own certificate (names.md)."""
    schema_name: Annotated[SchemaName | None, Field(alias="schema")] = None
    """Its schema. Default: named like the app. Apps that name the same schema share it."""
    access: Literal["schema", "superuser"] = "schema"
    """`schema`: its own schema and role. `superuser`: Dokku's ordinary link."""
    reads: tuple[SchemaName, ...] = ()
    """Schemas of other apps that it can read."""
    extensions: tuple[ExtensionName, ...] = ()
    """PostgreSQL extensions that it uses. Removing a line removes no extension."""
    connections: Annotated[int, Field(ge=1)] | None = None
    """Connections that its role may have at once. Default: an equal share of what is left (isolation.md)."""
    statement_timeout: Timeout | None = None
    """How long one statement of its role may run, like 30s."""
    database_url: DatabaseUrl = DatabaseUrl()
    """How its DATABASE_URL is written, for frameworks that need another form."""
    take_over: bool = False
    """True: an app that was on the server before belongs to the stack, which destroys it when this app is removed."""
    was: AppName | None = None
    """Its previous name: renames the app with everything it has."""
    env: dict[VariableName, VariableValue] = {}
    """Plain environment variables."""
    secrets: tuple[SecretVariable, ...] = ()
    """Names of secret environment variables. Set a value with `./petbase secrets set APP.NAME`."""
    ports: tuple[PortMap, ...] = ()
    """Port mappings, if the app does not listen where Dokku expects it: SCHEME:HOST_PORT:CONTAINER_PORT."""
    scale: dict[ProcessType, Annotated[int, Field(ge=0, le=100)]] = {}
    """Number of containers by process type. A type whose line is removed is scaled to 0, `web` to 1."""
    checks: Checks = Checks()
    """How a new container replaces the old one, from the next deploy on."""
    storage: tuple[Mount, ...] = ()
    """Folders of the server mounted in its containers: NAME:/FOLDER or /HOST:/FOLDER, with `:ro` for read-only."""
    backup: bool = False
    """True: the files in its `storage` folders are backed up on the schedule of the dumps, encrypted with the secret
    `backupPassphrase`. Folders mounted with `:ro` are left out."""
    health_path: HealthPath | None = None
    """Path that the server requests every 15 minutes; anything but 2xx or 3xx is a problem. Default: `/`, below 500."""
    resources: Resources = Resources()
    """What each container may use at most."""
    bucket: Bucket = None
    """`true`, or a section: a bucket for its files (files.md)."""
    protect: bool | None = None
    """False: the app may be removed although the stack is protected."""

    @property
    def settings(self) -> AppSettings:
        """Its settings as the command on the server has them: a field here for each kind of the table there."""
        kinds = {name: words_of(getattr(self, name)) for name in KINDS}
        return AppSettings(env=dict(self.env), secret_env=self.secrets, **kinds)

    @property
    def has_settings(self) -> bool:
        """Whether the stack file says more of it than its names on the web and its schema."""
        return self.settings != AppSettings() or self.was is not None or self.bucket is not None


def words_of(value: object) -> tuple[str, ...]:
    """A value of the stack file as words: a list as it is, names with values as NAME=VALUE, `true` as its name."""
    if isinstance(value, Section):
        fields = ((field.alias or name, getattr(value, name)) for name, field in type(value).model_fields.items())
        return tuple(name if held is True else f"{name}={_plain(held)}" for name, held in fields if _says(held))
    if isinstance(value, Mapping):
        return tuple(f"{name}={_plain(held)}" for name, held in value.items())
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return (_plain(value),) if _says(value) else ()


def _says(value: object) -> bool:
    return value is not None and value is not False


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
