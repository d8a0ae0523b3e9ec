"""Backups of files: the folders that apps mount and write to."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import backup_files
from components.dokku.attempt import WithCommands
from components.edits import guards, refusals
from components.resources.backups.backup import Backup
from components.resources.backups.bucket import Bucket
from components.resources.server import Server
from host.files.end import RemoveFiles

_TYPE = "petbase:files:FilesBackup"


@dataclass(frozen=True)
class FilesBackupArgs:
    """`secrets` hold the passphrase; `after` is what makes the apps' folders."""

    estate: Estate
    secrets: Secrets
    server: Server
    bucket: Bucket
    backup: Backup
    after: Sequence[pulumi.Resource]


class FilesBackup(WithCommands):
    """Makes one remote command: a repository of restic's beside the dumps, and cron's lines that fill and try it.
    Removing it ends the backups; snapshots stay until they are as old as dumps may become.

    Outputs: `folders`, those that are backed up.
    """

    def __init__(self, name: str, args: FilesBackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, opts)
        service = args.estate.database.service
        command = backup_files.of_estate(service, args.estate, args.bucket.endpoint)
        hooks = guards.binding(refusals.KEEP_FILES) if args.estate.protects(args.estate.backups) else None
        args.server.host.command(
            f"{name}-files",
            command,
            RemoveFiles(service),
            pulumi.ResourceOptions(parent=self, depends_on=[args.backup.ready, *args.after], hooks=hooks),
            secrets=[pulumi.Output.secret(args.secrets.backup_passphrase or "")],
        )
        self.register_outputs({"folders": list(command.folder)})
