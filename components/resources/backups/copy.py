"""Copies of verified dumps, in a store at another provider."""

from dataclasses import dataclass

import pulumi

from components.config.backups_spec import Copy
from components.config.rules import copy_rules
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import backup_copy
from components.dokku.attempt import WithCommands
from components.edits import preview
from components.resources.backups.backup import Backup
from components.resources.server import Server
from host.copy.ensure import RemoveCopy

_TYPE = "petbase:copy:BackupCopy"


@dataclass(frozen=True)
class BackupCopyArgs:
    """`stack` is the stack's name; `secrets` hold the key of the second store."""

    stack: str
    estate: Estate
    secrets: Secrets
    server: Server
    backup: Backup


class BackupCopy(WithCommands):
    """Makes one remote command: the server knows the second store and a key that was seen to write there. The watch's
    timer copies by it, and does not wait for it: a second store that refuses must not keep the check and the drill from
    being. Removing it forgets both; the copies stay.

    Outputs: `bucket`, `endpoint`.
    """

    def __init__(self, name: str, copy: Copy, args: BackupCopyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, opts)
        preview.warn(copy_rules.warnings(args.estate.backups))
        service = args.estate.database.service
        keys = (args.secrets.copy_access_key_id, args.secrets.copy_secret_access_key)
        args.server.host.command(
            f"{name}-copy",
            backup_copy.ensure(args.stack, service, copy),
            RemoveCopy(service),
            pulumi.ResourceOptions(parent=self, depends_on=[args.backup.ready]),
            secrets=[pulumi.Output.secret(key or "") for key in keys],
        )
        self.register_outputs({"bucket": copy.bucket, "endpoint": copy.endpoint})
