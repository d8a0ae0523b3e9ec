"""What looks after the server, its apps and the dumps: a check every quarter of an hour, a drill, alerts."""

from dataclasses import dataclass

import pulumi

from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import backup_watch
from components.dokku.attempt import WithCommands
from components.resources.backups.backup import Backup
from components.resources.backups.bucket import Bucket
from components.resources.database import Database
from components.resources.server import Server
from host.backup.watch import RemoveWatch

_TYPE = "petbase:watch:Watch"


@dataclass(frozen=True)
class WatchArgs:
    """`secrets` hold the addresses of the dead man's switch and of the channels, if there are any."""

    estate: Estate
    secrets: Secrets
    server: Server
    database: Database
    bucket: Bucket
    backup: Backup | None
    """None where the server's own dumps go on (`backups.found`)."""


class Watch(WithCommands):
    """Makes one remote command, after the backup's: two systemd timers that call the program on the server, and go on
    without Pulumi. A scheduled dump that fails is silent by itself: cron's mail is not delivered anywhere.

    Outputs: `drill`, how often the newest dump is restored for practice.
    """

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, opts)
        secret = args.secrets.alert_url
        url: pulumi.Input[str] = "" if secret is None else secret
        channels: pulumi.Output[str] = pulumi.Output.json_dumps(dict(args.secrets.channels))
        service = args.database.service
        after = args.backup.ready if args.backup else args.database.ready
        args.server.host.command(
            f"{name}-watch",
            backup_watch.of_estate(service, args.estate, args.bucket.endpoint),
            RemoveWatch(service),
            pulumi.ResourceOptions(parent=self, depends_on=[after]),
            secrets=[url, channels],
        )
        self.register_outputs({"drill": args.estate.backups.drill})
