"""A new key opens the bucket before it takes the place of the one that the app has, which goes on until then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from host.core.errors import HostError
from host.core.host import Host
from host.dokku import config
from host.dumps.bucket import Bucket
from host.dumps.credentials import Credentials

VARIABLES = ("S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
"""Where the store is, the bucket, its region, the key's id and the key, unless the stack file has other names."""
# A token that was made this minute "may take up to a minute to have permissions reflected globally" (R2's consistency
# model).
_TRIES, _PAUSE_SECONDS = 25, 3


def require_opens(host: Host, app: str, values: Mapping[str, str], names: Sequence[str] = ()) -> None:
    """HostError where a key that replaces another does not open its bucket. Nothing to do for a first key, for the one
    that the app has, and where there is no S3 client yet.
    """
    endpoint, name, region, key_id, secret = (values[variable] for variable in names or VARIABLES)
    present = config.read(host, app).get((names or VARIABLES)[-1])
    bucket = Bucket(host, "", name, "", endpoint, Credentials(key_id, secret, region))
    if present in (None, secret) or bucket.problem():
        return
    reason = bucket.refusal()
    for _ in range(_TRIES - 1):
        if not reason:
            return
        host.sleep(_PAUSE_SECONDS)
        reason = bucket.refusal()
    if reason:
        raise HostError(
            f"{app}: its new key does not open the bucket {name} at {endpoint} ({reason}); its variables were left as "
            "they were, and its old key goes on. Run pulumi up again"
        )
