"""The bucket for the dumps, the credentials that read it, and those by which the server writes there."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.cloud import cloudflare, r2, r2_token
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.edits import bucket_unlock

_TYPE = "petbase:bucket:Bucket"
_WRITER_TYPE = "petbase:bucket:BucketWriter"


@dataclass(frozen=True)
class BucketArgs:
    """`stack` is PROJECT/STACK, whose name the tokens carry; `secrets` hold the keys of a store that is not R2."""

    stack: str
    estate: Estate
    secrets: Secrets

    @property
    def token(self) -> str:
        """What this stack's tokens for this bucket are called."""
        return r2_token.name_of(self.stack, self.estate.backups.bucket, self.estate.backups)

    @property
    def scope(self) -> r2_token.Scope:
        """What they open."""
        return r2_token.Scope.of_dumps(self.estate.backups)


class Bucket(pulumi.ComponentResource):
    """Makes, on R2: the bucket, its lifecycle and lock rules, and a token that reads this bucket and no other, for
    ./petbase. With `backups.found` no rules. For `store: s3` nothing: bucket and both secrets are the user's own.

    Outputs: `name`, `endpoint`, `access_key_id`, `secret_access_key` (secret), `ready` (what a server may wait for).
    """

    endpoint: str
    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]
    ready: pulumi.Resource
    _made: cloudflare.R2Bucket | None

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, opts)
        spec = args.estate.backups
        self.ready, self._made = self, None
        if spec.store == "r2":
            self._made = bucket = r2.make(self, args.estate)
            # A token can be replaced, so it alone is not protected.
            own = pulumi.ResourceOptions(parent=self, depends_on=[bucket])
            right: r2_token.Right = "Write" if bucket_unlock.unlocked(spec) else "Read"
            group = r2_token.group(right, args.scope.listed_for)
            keys = r2_token.make(f"{args.token}-read", args.scope, group, [], own)
            self.endpoint, self.ready = r2.endpoint(spec), keys.token
            self.access_key_id, self.secret_access_key = keys.access_key_id, keys.secret_access_key
        else:
            self.endpoint = spec.endpoint or ""
            self.access_key_id, self.secret_access_key = _own_keys(args.secrets)
        self.register_outputs(
            {
                "name": spec.bucket,
                "endpoint": self.endpoint,
                "accessKeyId": self.access_key_id,
                "secretAccessKey": self.secret_access_key,
            }
        )

    def expire_dumps(self, estate: Estate, after: pulumi.Resource) -> None:
        """Make the lifecycle rules, where there are any, when the server's part is done."""
        if self._made:
            r2.expire(self, self._made, estate, after)


class BucketWriter(pulumi.ComponentResource):
    """Makes, on R2, the server's token: it opens this bucket and no other, and from the server's addresses only. After
    the server, whose addresses it must know; that tokens can be made has shown before, for nothing. For `store: s3`,
    and where the server keeps the credentials that were found there (`backups.found`): nothing.

    Outputs: `access_key_id`, `secret_access_key` (secret).
    """

    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: BucketArgs,
        networks: Sequence[pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(_WRITER_TYPE, name, None, opts)
        spec = args.estate.backups
        if spec.store == "r2" and not spec.found:
            group = r2_token.group("Write", args.scope.listed_for)
            sources = spec.write_from or networks
            keys = r2_token.make(args.token, args.scope, group, sources, pulumi.ResourceOptions(parent=self))
            self.access_key_id, self.secret_access_key = keys.access_key_id, keys.secret_access_key
        else:
            self.access_key_id, self.secret_access_key = _own_keys(args.secrets)
        self.register_outputs({"accessKeyId": self.access_key_id, "secretAccessKey": self.secret_access_key})


def _own_keys(secrets: Secrets) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
    values = (secrets.s3_access_key_id, secrets.s3_secret_access_key)
    key_id, secret_key = (pulumi.Output.secret(value or "") for value in values)
    return key_id, secret_key
