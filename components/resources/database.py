"""The one shared PostgreSQL service."""

from dataclasses import dataclass

import pulumi

from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import database
from components.edits import guards
from components.resources.backups.bucket import Bucket, BucketWriter
from components.resources.server import Server

_TYPE = "petbase:database:Database"


@dataclass(frozen=True)
class DatabaseArgs:
    """Where the estate protects the database, another major is refused in the preview.

    Bucket, writer and the passphrase among the secrets count where the stack file says `restore-from`.
    """

    estate: Estate
    secrets: Secrets
    server: Server
    bucket: Bucket
    writer: BucketWriter


class Database(pulumi.ComponentResource):
    """Makes one remote command: the service exists, has its version and settings, and answers a query.

    With `restore-from` one more: a service that holds no table gets that dump, before anything is linked or scheduled.
    When it leaves the stack, the service and its data stay on the server.
    Outputs: `service`, `version`, `ready`.
    """

    service: str
    ready: pulumi.Resource

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, opts)
        spec = args.estate.database
        self.service = spec.service
        hooks = guards.binding(guards.another_major()) if args.estate.protects(spec) else None
        own = pulumi.ResourceOptions(parent=self, depends_on=[args.server.ready], hooks=hooks)
        # There is no command for its removal: data outlives code.
        self.ready = args.server.host.command(f"{name}-service", database.ensure(spec), None, own)
        if spec.restore_from:
            self.ready = self._refilled(spec.restore_from, args)
        self.register_outputs({"service": self.service, "version": spec.version})

    def _refilled(self, source: str, args: DatabaseArgs) -> pulumi.Resource:
        passphrase: pulumi.Input[str] = args.secrets.backup_passphrase or ""
        spec = args.estate.backups
        # The line may go again once the data is there, so this is not protected.
        own = pulumi.ResourceOptions(parent=self, depends_on=[self.ready, args.bucket.ready], protect=False)
        return args.server.host.command(
            f"{self.service}-refill",
            database.refill(self.service, source, spec, args.bucket.endpoint),
            None,
            own,
            secrets=[args.writer.access_key_id, args.writer.secret_access_key, passphrase],
            minutes=120,
        )
