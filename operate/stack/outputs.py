"""What a stack outputs, as types (parse_outputs.py reads it). Secrets stay out of every repr."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from operate.core import stack_names
from operate.core.errors import RefusedError
from operate.stack.app_outputs import App, AppBucket


@dataclass(frozen=True)
class Server:
    """How to reach the server. `id` tells one machine from its replacement; `web_from` who reaches its web ports;
    `hardened` whether it is to be as docs/server.md says.
    """

    id: str
    address: str
    user: str
    port: int
    host_key: str
    web_from: str = "anywhere"
    hardened: bool = False

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.user}@{self.address}, port {self.port}"


@dataclass(frozen=True)
class Backups:
    """The bucket of the dumps and what opens it. `store` is r2 or s3; ages are of what R2 does by its rules, so they
    count there only. `found`: the server's dumps are its own, and no rule of ours is on them.
    """

    store: str
    bucket: str
    path: str | None
    endpoint: str
    region: str
    schedule: str
    paused: bool
    found: bool
    encrypted: bool
    keep_days: int
    lock_days: int
    drill: str
    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)

    @property
    def prefix(self) -> str:
        """What the keys of all objects begin with: the path with its slash, or ""."""
        return f"{self.path}/" if self.path else ""

    @property
    def target(self) -> str:
        """`bucket` or `bucket/path`, as the plugin's verbs want it."""
        return f"{self.bucket}/{self.path}" if self.path else self.bucket


@dataclass(frozen=True)
class Dokku:
    """The versions that the stack file says."""

    version: str
    postgres_plugin: str


@dataclass(frozen=True)
class Stack:
    """One environment. `version` is PostgreSQL's, and the default where the stack file names none."""

    name: str
    server: Server
    service: str
    version: str
    apps: Mapping[str, App]
    backups: Backups
    dokku: Dokku
    dropped: AppBucket | None = None
    """A bucket whose app has gone, while ./petbase drop-data deletes it."""
    copy: Backups | None = None
    """The second store, with what differs there."""
    version_declared: bool = True

    def at_copy(self) -> "Stack":
        """The stack with its second store in place of the first. RefusedError where it has none."""
        if self.copy is None:
            raise RefusedError(
                f"The stack {self.name} has no second store. Set backups.copy in the stack file, and run: "
                f"{stack_names.up(self.name)}"
            )
        return replace(self, backups=self.copy)

    @property
    def is_at_copy(self) -> bool:
        """Whether the second store is used in place of the first."""
        return self.backups is self.copy

    @property
    def buckets(self) -> dict[str, AppBucket]:
        """The buckets in R2 by their apps."""
        return {name: app.bucket for name, app in self.apps.items() if app.bucket and app.bucket.key}

    @property
    def backs_up_files(self) -> bool:
        """Whether any app's files are backed up."""
        return any(app.files for app in self.apps.values())

    @property
    def locked(self) -> bool:
        """Whether a passphrase is needed for any of it: dumps, or files."""
        return self.backups.encrypted or self.backs_up_files

    def require_app(self, app: str) -> None:
        """RefusedError unless the stack has this app."""
        if app not in self.apps:
            known = ", ".join(self.apps) or "none"
            raise RefusedError(f'The stack {self.name} has no app "{app}"; it has: {known}.')
