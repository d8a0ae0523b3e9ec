"""The one shared PostgreSQL service."""

from dataclasses import dataclass

import pulumi

from components.config.rules import connection_rules
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import database
from components.dokku.attempt import WithCommands
from components.edits import guards, preview, refusals
from components.resources.backups.bucket import Bucket, BucketWriter
from components.resources.server import Server
from host.database.refill import RefillDatabase

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


class Database(WithCommands):
    """Makes one remote command: the service exists, has its version and settings, and answers a query.

    With `restore-from` one more: a service that holds no table gets that dump, before anything is linked or scheduled.
    When it leaves the stack, the service and its data stay on the server.
    Outputs: `service`, `version`, `ready`.
    """

    service: str
    ready: pulumi.Resource

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, opts)
        spec = args.estate.database
        preview.warn(connection_rules.warnings(args.estate))
        self.service = spec.service
        guarded = args.estate.protects(spec)
        hooks = guards.binding(refusals.MAJOR) if guarded else None
        own = pulumi.ResourceOptions(parent=self, depends_on=[args.server.ready], hooks=hooks, protect=guarded)
        # There is no command for its removal: data outlives code.
        self.ready = args.server.host.command(f"{name}-service", database.ensure(spec), None, own)
        if spec.restore_from:
            self.ready = self._refilled(spec.restore_from, args)
        self.register_outputs({"service": self.service, "version": spec.version})

    def _refilled(self, source: str, args: DatabaseArgs) -> pulumi.Resource:
        spec, copy, secrets = args.estate.backups, args.estate.backups.second, args.secrets
        if args.estate.database.restore_store == "copy" and copy:
            # Without the bucket, which may be what was lost.
            command = database.refill_from_copy(pulumi.get_stack(), self.service, source, copy)
            return self._refill(command, args, secrets.copy_access_key_id, secrets.copy_secret_access_key)
        command = database.refill(self.service, source, spec, args.bucket.endpoint)
        keys = (args.writer.access_key_id, args.writer.secret_access_key)
        return self._refill(command, args, *keys, after=args.bucket.ready)

    def _refill(
        self,
        command: RefillDatabase,
        args: DatabaseArgs,
        *keys: pulumi.Input[str] | None,
        after: pulumi.Resource | None = None,
    ) -> pulumi.Resource:
        passphrase = args.secrets.backup_passphrase
        # The line can be removed once the data is there, so this is not protected.
        depends_on = [self.ready, *([after] if after else [])]
        own = pulumi.ResourceOptions(parent=self, depends_on=depends_on)
        return args.server.host.command(
            f"{self.service}-refill",
            command,
            None,
            own,
            secrets=[value or "" for value in (*keys, passphrase)],
        )
