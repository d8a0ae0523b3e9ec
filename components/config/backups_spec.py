"""What a stack file may say under `backups`, a second store for verified dumps included."""

from typing import Annotated, Literal, Self

from pydantic import Field

from components.config.section import Section
from components.config.values.network_types import Network, Url
from components.config.values.server_types import Word
from components.config.values.store_types import AccountId, BucketName, BucketPath, CronSchedule, DumpFolder, Region


class Copy(Section):
    """A second store for the dumps that a drill has verified, at another provider or in another account. Any S3 store
    will do. Create the bucket there, with a lock and a key that cannot delete (docs/thieves.md), and set the secrets
    `copyAccessKeyId` and `copySecretAccessKey`.
    """

    endpoint: Url
    """Address of the second store."""
    bucket: BucketName
    """Name of the bucket there, which already exists."""
    region: Region = "auto"
    """The S3 region there. R2 has only `auto`."""
    path: BucketPath | None = None
    """A folder in that bucket. Default: the stack's name."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days after which that store's own lifecycle rule deletes a copy; older dumps are not copied. Petbase deletes
    nothing there.
    """


class Backups(Section):
    """Where dumps are stored, when they are made, how long they are kept, and how long they cannot be deleted. With
    `found`, an existing server keeps making the dumps it makes already; nothing is changed in the bucket.
    """

    store: Literal["r2", "s3"] = "r2"
    """Cloudflare R2, where Petbase creates the bucket and its tokens, or another S3 store, where they already exist."""
    account_id: AccountId | None = None
    """Id of the Cloudflare account, from the address of the dashboard. Required for R2."""
    token_owner: Literal["account", "user"] = "account"
    """Whether the bucket's API tokens belong to the account or to you."""
    token_generation: Annotated[int, Field(ge=1)] = 1
    """Raised by `./petbase rotate-token`, which replaces the tokens."""
    write_from: tuple[Network, ...] = ()
    """Networks from which an existing server may write dumps; those of a new server are known."""
    jurisdiction: Literal["default", "eu", "fedramp"] = "default"
    """Jurisdiction in which R2 keeps the bucket."""
    location: Literal["weur", "eeur", "enam", "wnam", "apac", "oc"] | None = None
    """Where R2 places the bucket: a hint, used only when the name is used for the first time."""
    endpoint: Url | None = None
    """Address of the store. Required for another S3 store; R2's follows from the account."""
    region: Word = "auto"
    """The S3 region. R2 has only `auto`."""
    bucket: BucketName = "db-backups"
    """Name of the bucket."""
    bucket_exists: bool = False
    """True: take over an existing bucket, as after the state was lost."""
    found: bool = False
    """True: leave the dumps of an existing server as they are. Only the age and size of the newest are checked."""
    path: DumpFolder | None = None
    """A folder in the bucket, or `/` for its top level. Default: the top level; with `store: s3` the stack's name."""
    schedule: CronSchedule = "0 3 * * *"
    """When dumps are made, in UTC: a cron expression with five fields, or one of `@hourly`, `@daily`, `@weekly`,
    `@monthly` and `@yearly`.
    """
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 35
    """Days after which a dump is deleted."""
    lock_days: Annotated[int, Field(ge=0, le=3650)] = 7
    """Days during which a dump cannot be deleted. R2 only."""
    encrypt: bool = False
    """True: encrypt dumps with the secret `backupPassphrase`. Without it, they cannot be read by anyone."""
    paused: bool = False
    """True: no dumps are made and none expire."""
    drill: Literal["weekly", "daily", "monthly", "never"] = "weekly"
    """How often the newest dump is test-restored."""
    second: Annotated[Copy | None, Field(alias="copy")] = None
    """A second store for verified dumps. Default: none."""
    protect: bool | None = None
    """Overrides `protect` for this section. Default: the stack's value."""

    def placed(self, stack: str) -> Self:
        """With the default of `path`, which depends on the stack's name, filled in: None is the top level then."""
        own = stack if self.store == "s3" else None
        return self.model_copy(update={"path": None if self.path == "/" else self.path or own})

    @property
    def prefix(self) -> str:
        """What the keys of all objects begin with: the path with its slash, or ""."""
        return f"{self.path}/" if self.path else ""

    @property
    def target(self) -> str:
        """`bucket` or `bucket/path`, as the plugin's verbs want it."""
        return f"{self.bucket}/{self.path}" if self.path else self.bucket
