"""The bucket for the dumps, and the credentials that open it and no other."""

from dataclasses import dataclass

import pulumi

from components.secrets import Secrets
from components.spec import Estate

_TYPE = "petbase:bucket:Bucket"


@dataclass(frozen=True)
class BucketArgs:
    """`stack` is PROJECT/STACK, whose name the token carries; `secrets` hold the keys of a store that is not R2."""

    stack: str
    estate: Estate
    secrets: Secrets


class Bucket(pulumi.ComponentResource):
    """Makes, on R2: the bucket, its lifecycle and lock rules, and a token that opens this bucket and no other, from
    which the S3 credentials are derived. For `store: s3` nothing: bucket and both secrets are the user's own.

    Outputs: `name`, `endpoint`, `access_key_id`, `secret_access_key` (secret), `ready` (what a server may wait for).
    """

    endpoint: str
    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]
    ready: pulumi.Resource

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, opts)
        spec = args.estate.backups
        self.ready = self
        if spec.store == "r2":
            # Here, since this import takes two seconds that another store need not wait for.
            from components import r2

            made = r2.make(self, args.stack.rpartition("/")[2], args.estate)
            self.endpoint, self.ready = made.endpoint, made.token
            self.access_key_id, self.secret_access_key = made.access_key_id, made.secret_access_key
        else:
            self.endpoint = spec.endpoint or ""
            self.access_key_id = pulumi.Output.secret(args.secrets.s3_access_key_id or "")
            self.secret_access_key = pulumi.Output.secret(args.secrets.s3_secret_access_key or "")
        self.register_outputs(
            {
                "name": spec.bucket,
                "endpoint": self.endpoint,
                "accessKeyId": self.access_key_id,
                "secretAccessKey": self.secret_access_key,
            }
        )
