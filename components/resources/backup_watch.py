"""What looks after the dumps on the server: a check every quarter of an hour, a drill now and then, an alarm."""

from dataclasses import dataclass

import pulumi

from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import watching
from components.resources.backup import Backup
from components.resources.bucket import Bucket
from components.resources.database import Database
from components.resources.server import Server

_TYPE = "petbase:watch:Watch"


@dataclass(frozen=True)
class WatchArgs:
    """`stack` is PROJECT/STACK; `secrets` hold the dead man's switch's URL, where somebody wants to be told."""

    stack: str
    estate: Estate
    secrets: Secrets
    server: Server
    database: Database
    bucket: Bucket
    backup: Backup


class Watch(pulumi.ComponentResource):
    """Makes one remote command, after the backup's: two scripts and their systemd timers, which go on without Pulumi.
    A scheduled dump that fails is silent by itself; its mail reaches nobody.

    Outputs: `drill`, how often the newest dump is restored for practice.
    """

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, opts)
        spec, secret = args.estate.backups, args.secrets.alert_url
        url: pulumi.Input[str] = "" if secret is None else secret
        args.server.host.send(
            f"{name}-watch",
            watching.watch(args.stack, args.database.service, spec, args.bucket.endpoint),
            pulumi.ResourceOptions(parent=self, depends_on=[args.backup.ready]),
            secrets=[url],
        )
        self.register_outputs({"drill": spec.drill})
