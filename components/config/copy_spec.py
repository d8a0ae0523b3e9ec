"""What a stack file may say under `backups.copy`: a second store, elsewhere, for what a drill has verified."""

from typing import Annotated

from pydantic import Field

from components.config.section import Section
from components.config.values.types import BucketName, BucketPath, Region, Url


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
