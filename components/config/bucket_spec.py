"""What the stack file may say of an app's bucket: `apps.NAME.bucket`, where `true` is a bucket with the defaults."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from components.config.section import Section
from components.config.values.form import Form
from components.config.values.network_types import Fqdn, Url
from components.config.values.store_types import AccountId, BucketName
from components.config.values.variable_types import VariableName

_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:\d{1,5})?")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
Origin = Annotated[str, Form(_ORIGIN, "an origin", 'write one like "https://app.example.com", without a path, or "*"')]
Region = Annotated[str, Form(_REGION, "a region", 'write one like "eu-central-1"')]


class BucketVariables(Section):
    """The names of the variables by which the app finds its bucket."""

    endpoint: VariableName = "S3_ENDPOINT"
    """Address of the store."""
    bucket: VariableName = "S3_BUCKET"
    """Name of the bucket."""
    region: VariableName = "S3_REGION"
    """Region."""
    access_key_id: VariableName = "S3_ACCESS_KEY_ID"
    """Access key id."""
    secret_access_key: VariableName = "S3_SECRET_ACCESS_KEY"
    """Secret access key."""
    public_url: VariableName = "S3_PUBLIC_URL"
    """Where everyone can read the files. Only set with `public`."""


class AppBucket(Section):
    """A bucket for an app's files, with a key that opens this bucket and no other. Removing it from the stack file
    deletes no files.
    """

    store: Literal["r2", "s3"] = "r2"
    """Cloudflare R2, where Petbase creates the bucket and its key, or another S3 store, where they already exist."""
    name: BucketName | None = None
    """Name of the bucket. Default: APP.DOMAIN with `-` for each dot. Required for another S3 store."""
    exists: bool = False
    """True: take over a bucket that the account already has. A removed app that comes back needs no such line."""
    account_id: AccountId | None = None
    """Id of the Cloudflare account. Default: the one of `backups`."""
    jurisdiction: Literal["default", "eu", "fedramp"] | None = None
    """Jurisdiction in which R2 keeps the files. Default: the one of `backups`."""
    location: Literal["weur", "eeur", "enam", "wnam", "apac", "oc"] | None = None
    """Where R2 places the bucket: a hint, used only when the name is used for the first time."""
    endpoint: Url | None = None
    """Address of another S3 store."""
    region: Region = "auto"
    """Region of another S3 store. R2 has only `auto`."""
    origins: tuple[Origin, ...] | None = None
    """Web pages that can upload and download directly (CORS). Default: the app's own. `[]`: none."""
    public: Fqdn | None = None
    """A name under which everyone can read the files. Its zone must be in the Cloudflare account."""
    variables: BucketVariables = BucketVariables()
    """Other names for the app's variables."""


def _section(value: Any) -> Any:
    if value is None or (not isinstance(value, bool | dict | AppBucket)):
        told = "empty" if value is None else f'"{value}" is neither true nor a section'
        raise ValueError(f"{told}; write bucket: true, or a section with the keys of docs/files.md")
    if value is False:
        return None
    return {} if value is True else value


Bucket = Annotated[AppBucket | None, BeforeValidator(_section, json_schema_input_type=AppBucket | bool)]
