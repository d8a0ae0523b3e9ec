"""What the stack file may say of an app: `apps.NAME`. docs/apps.md tells what an edit of each key does."""

from typing import Annotated, Literal

from pydantic import Field

from components.section import Section
from components.types import (
    AppName,
    ExtensionName,
    Fqdn,
    Mount,
    PortMap,
    ProcessType,
    SchemaName,
    Timeout,
    VariableName,
    VariableValue,
)


class Checks(Section):
    """How an app's containers hand over: `disabled` stops the old one before the new one starts."""

    disabled: bool = False
    wait_to_retire_seconds: Annotated[int, Field(ge=0, le=86400)] | None = None


class Resources(Section):
    """What each container of an app may use at most: memory in MiB, processor cores."""

    memory_mb: Annotated[int, Field(ge=6)] | None = None
    cpu: Annotated[float, Field(gt=0, le=1024)] | None = None

    @property
    def limits(self) -> dict[str, str]:
        """By Dokku's names."""
        cpu = None if self.cpu is None else f"{self.cpu:g}"
        memory = None if self.memory_mb is None else str(self.memory_mb)
        return {name: value for name, value in (("memory", memory), ("cpu", cpu)) if value}


class App(Section):
    """One app: its names on the web, its room in the shared database, its settings. `was` is its old name.

    `secrets` are names; each value is a config key of its own, `petbase:APP.NAME`.
    """

    domains: tuple[Fqdn, ...] | None = None
    schema_name: Annotated[SchemaName | None, Field(alias="schema")] = None
    access: Literal["schema", "superuser"] = "schema"
    reads: tuple[SchemaName, ...] = ()
    extensions: tuple[ExtensionName, ...] = ()
    connections: Annotated[int, Field(ge=1)] | None = None
    statement_timeout: Timeout | None = None
    was: AppName | None = None
    env: dict[VariableName, VariableValue] = {}
    secrets: tuple[VariableName, ...] = ()
    ports: tuple[PortMap, ...] = ()
    scale: dict[ProcessType, Annotated[int, Field(ge=0, le=100)]] = {}
    checks: Checks = Checks()
    storage: tuple[Mount, ...] = ()
    resources: Resources = Resources()
    protect: bool | None = None

    @property
    def has_settings(self) -> bool:
        """Whether the stack file says more of it than its names on the web and its room."""
        return any((self.env, self.secrets, self.ports, self.scale, self.storage, self.resources.limits, self.was)) or (
            self.checks != Checks()
        )
