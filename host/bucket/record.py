"""The buckets of the stack's apps, as the server remembers them: buckets/NAME, until somebody drops one.

A new key is tried on the bucket before it replaces the app's current key, which stays valid until then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.dokku import config
from host.dumps.bucket import Bucket
from host.dumps.credentials import Credentials
from host.values.json_values import to_json

VARIABLES = ("S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
"""Where the store is, the bucket, its region, the key's id and the key, unless the stack file has other names."""
# A token that was made this minute "may take up to a minute to have permissions reflected globally" (R2's consistency
# model).
_TRIES, _PAUSE_SECONDS = 25, 3


@dataclass(frozen=True)
class AppBucket:
    """`key` is ACCOUNT/BUCKET/JURISDICTION, `app` the app that had it last."""

    name: str
    key: str
    app: str


def remember(host: Host, key: str, app: str) -> None:
    """Write down whose bucket it is. Nothing to do where that is known."""
    name = key.split("/")[1]
    if host.state.read(_state(name)) != (values := {"key": key, "app": app, "stack": host.stack}):
        host.state.write(_state(name), **values)


def remembered(host: Host) -> tuple[AppBucket, ...]:
    """Those of this stack, in order of their names."""
    found = {name: host.state.read(_state(name)) or {} for name in host.state.names("buckets")}
    ours = {name: values for name, values in found.items() if values.get("stack") == host.stack}
    return tuple(AppBucket(name, str(one.get("key", "")), str(one.get("app", ""))) for name, one in ours.items())


def forget(host: Host, name: str) -> None:
    """The bucket is gone. Nothing to do where it was not known."""
    host.state.remove(_state(name))


def _state(name: str) -> str:
    return f"buckets/{name}"


@dataclass(frozen=True)
class ForgetBucket(Command, noun="bucket", verb="forget", lock="bucket.{name}"):
    """Forget a bucket of this stack that was deleted in R2."""

    name: str

    def run(self, host: Host) -> None:
        """Nothing to do where it is not remembered, or is another stack's."""
        if self.name in (one.name for one in remembered(host)):
            forget(host, self.name)


@dataclass(frozen=True)
class ListBuckets(Command, noun="bucket", verb="list"):
    """List the buckets in R2 that apps of this stack have or had."""

    def run(self, host: Host) -> None:
        """Of the server's own memory: the account is not asked."""
        host.out.result(to_json(remembered(host)))


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
