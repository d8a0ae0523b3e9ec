"""What a stack outputs of an app, and of its bucket. Secrets stay out of every repr."""

from dataclasses import dataclass, field

from components.dokku.link_options import LinkOptions
from host.settings.table import AppSettings


@dataclass(frozen=True)
class AppBucket:
    """An app's bucket, and its key. `key` is ACCOUNT/BUCKET/JURISDICTION, "" for one at another store than R2; `public`
    the name for everyone. `origins` are the pages that may use it; `secrets` those of the stack file that hold its key,
    where that is the user's own.
    """

    name: str
    endpoint: str
    region: str
    key: str
    public: str | None
    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)
    origins: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class App:
    """An app: where it answers, where to push it, and its schema in the database; `own_schema` is the schema that it
    would have while the superuser's link keeps it in `public`. `tls`: where its certificate comes from.
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
