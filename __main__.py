"""One stack is one environment: a bucket that only its own token can write, a server, one database, apps, dumps."""

import pulumi

from components import departures, stack_file
from components.app import App, AppArgs
from components.backup import Backup, BackupArgs
from components.bucket import Bucket, BucketArgs, BucketWriter
from components.database import Database, DatabaseArgs
from components.link import AppLinkArgs, link_all
from components.offer import check_tokens
from components.outputs import export
from components.server import Server, ServerArgs
from components.settings import AppSettings, AppSettingsArgs
from components.spec import Part
from components.watch import Watch, WatchArgs

estate, secrets = stack_file.load()
check_tokens(estate)
stack = f"{pulumi.get_project()}/{pulumi.get_stack()}"


def kept(part: Part) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(protect=estate.protects(part))


dumps = BucketArgs(stack, estate, secrets)
bucket = Bucket(estate.backups.bucket, dumps, kept(estate.backups))
server = Server(pulumi.get_stack(), ServerArgs(stack, estate, secrets, after=[bucket.ready]), kept(estate.server))
writer = BucketWriter(estate.backups.bucket, dumps, server.host.networks)
data = DatabaseArgs(stack, estate, secrets, server, bucket, writer)
database = Database(estate.database.service, data, kept(estate.database))
apps = {name: App(name, AppArgs(stack, estate, server), kept(app)) for name, app in estate.apps.items()}
links = link_all({name: AppLinkArgs(stack, estate, server, database, app) for name, app in apps.items()})
for name in (name for name, app in estate.apps.items() if app.has_settings):
    AppSettings(name, AppSettingsArgs(stack, estate, secrets, server, links[name]))
if not estate.backups.found:
    backup = Backup(estate.database.service, BackupArgs(stack, estate, secrets, server, database, bucket, writer))
    Watch(estate.database.service, WatchArgs(stack, estate, secrets, server, database, bucket, backup))
departures.watch(estate, after=links.values())
export(estate, server, bucket, apps, links)
