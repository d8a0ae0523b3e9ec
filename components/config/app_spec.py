"""What the stack file may say of an app: `apps.NAME`. docs/stack-file.md tells what an edit does."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from components.config.edge_spec import Tls
from components.config.section import Section
from components.config.types import (
    AppName,
    ExtensionName,
    Fqdn,
    Mount,
    PortMap,
    ProcessType,
    SchemaName,
    Timeout,
    UrlParameter,
    UrlParameterValue,
    VariableName,
    VariableValue,
)
from host.settings.table import KINDS, AppSettings


class Checks(Section):
    """How an app's containers hand over."""

    disabled: bool = False
    """True: the old container stops before the new one starts."""
    wait_to_retire_seconds: Annotated[int, Field(ge=0, le=86400)] | None = None
    """How long the old container goes on after the new one has taken over."""


class Resources(Section):
    """What each container of an app may use at most."""

    memory_mb: Annotated[int, Field(ge=6)] | None = None
    """Memory that each container may use at most, in MiB."""
    cpu: Annotated[float, Field(gt=0, le=1024)] | None = None
    """Processor cores that each container may use at most."""


class DatabaseUrl(Section):
    """How an app's DATABASE_URL is spelled. What it opens is not changed."""

    scheme: Literal["postgres", "postgresql"] | None = None
    """How it begins. Default: `postgres`, or what you made of it by hand."""
    parameters: dict[UrlParameter, UrlParameterValue] = {}
    """Its query parameters, such as `schema: fruits` or `sslmode: disable`. Others that you set by hand stay."""


class App(Section):
    """One app: its names on the web, its room in the shared database, its settings."""

    domains: tuple[Fqdn, ...] | None = None
    """Its names on the web; without it APP.DOMAIN."""
    proxied: bool | None = None
    """Its own word on `edge.proxied`."""
    tls: Tls = None
    """Its own word on `edge.tls`, or names of secrets with a certificate of one's own: docs/names.md."""
    schema_name: Annotated[SchemaName | None, Field(alias="schema")] = None
    """The schema it lives in, by default of its own name; apps that name the same one share it."""
    access: Literal["schema", "superuser"] = "schema"
    """A room of its own in the database, or `superuser`: the plugin's plain link."""
    reads: tuple[SchemaName, ...] = ()
    """Schemas of other apps that it sees, read-only."""
    extensions: tuple[ExtensionName, ...] = ()
    """PostgreSQL's extensions that it finds; made by the superuser. None goes with its line."""
    connections: Annotated[int, Field(ge=1)] | None = None
    """How many connections its role may have at once. Default: two fifths of `max_connections`."""
    statement_timeout: Timeout | None = None
    """How long one statement of its role may run."""
    database_url: DatabaseUrl = DatabaseUrl()
    """How its DATABASE_URL is spelled, for frameworks that want it otherwise."""
    was: AppName | None = None
    """Its old name: renames an app with all that it has."""
    env: dict[VariableName, VariableValue] = {}
    """Plain variables, by name."""
    secrets: tuple[VariableName, ...] = ()
    """Names of secret variables; each value by `pulumi config set --secret petbase:APP.NAME`."""
    ports: tuple[PortMap, ...] = ()
    """Where it listens, if not where Dokku looks: SCHEME:HOST_PORT:CONTAINER_PORT."""
    scale: dict[ProcessType, Annotated[int, Field(ge=0, le=100)]] = {}
    """Containers by process type. A type that leaves goes to 0, `web` to 1."""
    checks: Checks = Checks()
    """How old and new containers hand over, from the next deploy on."""
    storage: tuple[Mount, ...] = ()
    """Folders of the server in its containers: NAME:/FOLDER or /HOST:/FOLDER, `:ro` at the end for read-only."""
    resources: Resources = Resources()
    """What each container may use at most."""
    protect: bool | None = None
    """False: it may be removed although the estate is protected."""

    @property
    def settings(self) -> AppSettings:
        """Its settings as the command on the server has them: a field here for each kind of the table there."""
        kinds = {name: words_of(getattr(self, name)) for name in KINDS}
        return AppSettings(env=dict(self.env), secret_env=self.secrets, **kinds)

    @property
    def has_settings(self) -> bool:
        """Whether the stack file says more of it than its names on the web and its room."""
        return self.settings != AppSettings() or self.was is not None


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
