"""Dumps of the shared database, on a schedule, into the bucket."""

from dataclasses import dataclass

import pulumi

from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import backup
from components.dokku.attempt import WithCommands
from components.edits import guards, refusals
from components.resources.backups.bucket import Bucket, BucketWriter
from components.resources.database import Database
from components.resources.server import Server
from host.backup.remove import RemoveBackup

_TYPE = "petbase:backup:Backup"


@dataclass(frozen=True)
class BackupArgs:
    """`secrets` hold the passphrase, which counts where `backups.encrypt` says so."""

    estate: Estate
    secrets: Secrets
    server: Server
    database: Database
    bucket: Bucket
    writer: BucketWriter


class Backup(WithCommands):
    """Makes one remote command: the service may write to the bucket, with an image that R2 understands, encrypted where
    told, at the plugin's own schedule. A rotated token changes its input, and so authorises again on the next `up`.

    Outputs: `schedule` (cron, UTC), `target` (bucket, or bucket/path), `ready`.
    """

    ready: pulumi.Resource

    def __init__(self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, opts)
        spec, secret = args.estate.backups, args.secrets.backup_passphrase
        service = args.database.service
        passphrase: pulumi.Input[str] = secret if spec.encrypt and secret is not None else ""
        guarded, place = args.estate.protects(spec), refusals.PLACE if spec.store == "s3" else refusals.STORE
        hooks = guards.binding(refusals.ENCRYPTION, place) if guarded else None
        after = [args.database.ready, args.bucket.ready]
        self.ready = args.server.host.command(
            f"{name}-backup",
            backup.ensure(service, spec, args.bucket.endpoint),
            RemoveBackup(service),
            # Without it no dump is made: `paused` is the way to that.
            pulumi.ResourceOptions(parent=self, depends_on=after, hooks=hooks, protect=guarded),
            secrets=[args.writer.access_key_id, args.writer.secret_access_key, passphrase],
        )
        args.bucket.expire_dumps(args.estate, self.ready)
        self.register_outputs({"schedule": spec.schedule, "target": spec.target})
