"""What a stack told (components/outputs.py writes it), as types. Secrets stay out of every repr."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.dokku.link_options import LinkOptions
from host.settings.table import AppSettings
from operate.core.errors import PetbaseError, RefusedError


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
class AppBucket:
    """An app's bucket, and its key. `key` is ACCOUNT/BUCKET/JURISDICTION, "" for one at another store than R2; `public`
    the name for everyone.
    """

    name: str
    endpoint: str
    region: str
    key: str
    public: str | None
    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True)
class App:
    """An app: where it answers, where to push it, and its schema in the database; `own_schema` is the one that it would
    have while the superuser's link keeps it in `public`. `tls`: where its certificate comes from.
    """

    urls: tuple[str, ...]
    tls: str
    git_remote: str
    access: str
    schema: str
    role: str
    own_schema: str
    link: LinkOptions
    settings: AppSettings = field(default_factory=AppSettings)
    bucket: AppBucket | None = None
    files: tuple[str, ...] = ()
    """The folders of the server that are backed up for it."""


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
    """One environment."""

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

    def at_copy(self) -> "Stack":
        """The stack with its second store in place of the first. RefusedError where it has none."""
        if self.copy is None:
            raise RefusedError(
                f"The stack {self.name} has no second store. Set backups.copy in the stack file, and run: pulumi up "
                f"--stack {self.name}"
            )
        return replace(self, backups=self.copy)

    @property
    def is_at_copy(self) -> bool:
        """Whether the second store stands in place of the first."""
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


def parse(name: str, outputs: Mapping[str, Any]) -> Stack:
    """The secret output of stack `name`; PetbaseError when its first `pulumi up` has not got that far."""
    try:
        return Stack(
            name=name,
            server=_read(Server, outputs["server"]),
            service=str(outputs["database"]["service"]),
            version=str(outputs["database"]["version"]),
            apps={app: _app(app, value) for app, value in outputs["apps"].items()},
            backups=_read(Backups, outputs["backups"]),
            dokku=_read(Dokku, outputs["dokku"]),
            dropped=_read(AppBucket, outputs["dropped"]) if outputs.get("dropped") else None,
            copy=_copy(outputs["backups"]),
        )
    except KeyError as missing:
        again = "make sandbox" if name == "sandbox" else f"pulumi up --stack {name}"
        raise PetbaseError(
            f"The stack {name} does not tell {missing} yet, so its first run has not come to an end. Run: {again}"
        ) from None


def _app(name: str, value: Mapping[str, Any]) -> App:
    told = {
        **value,
        "urls": tuple(value["urls"]),
        "files": tuple(value.get("files", ())),
        "link": LinkOptions.from_output(value.get("link", {})),
        "settings": AppSettings.of(value.get("settings", {})),
        "bucket": _read(AppBucket, value["bucket"]) if value.get("bucket") else None,
    }
    app: App = _read(App, {"ownSchema": name, "tls": "none", **told})
    return app


def _copy(backups: Mapping[str, Any]) -> Backups | None:
    """The second store is no R2 bucket of ours: nothing here knows its rules."""
    copy = backups.get("copy")
    return _read(Backups, {**backups, **copy, "store": "s3"}) if copy else None


def _read(kind: type[Any], values: Mapping[str, Any]) -> Any:
    return kind(**{name: values[_camel(name)] for name in kind.__dataclass_fields__})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
