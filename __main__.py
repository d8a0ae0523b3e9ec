"""One stack is one environment: a bucket that only its own token can write, a server, one database, apps, names."""

import pulumi

from components import app_removal, interrupts, sdk_extras
from components.cloud import zones
from components.cloud.preflight import check_tokens
from components.config import stack_file
from components.config.rules import files_rules
from components.config.rules.bucket_defaults import with_buckets
from components.config.rules.edge_defaults import tls_of
from components.edits.today import today
from components.outputs import export
from components.resources import app_bucket, edge
from components.resources.app import App, AppArgs
from components.resources.app_bucket import AppBucket, AppBucketArgs
from components.resources.app_certificate import AppCertificate, AppCertificateArgs
from components.resources.app_settings import AppSettings, AppSettingsArgs
from components.resources.backups.backup import Backup, BackupArgs
from components.resources.backups.bucket import Bucket, BucketArgs, BucketWriter
from components.resources.backups.copy import BackupCopy, BackupCopyArgs
from components.resources.backups.files import FilesBackup, FilesBackupArgs
from components.resources.backups.watch import Watch, WatchArgs
from components.resources.certificates import Certificates, CertificatesArgs, wanted_by
from components.resources.database import Database, DatabaseArgs
from components.resources.edge import Edge, EdgeArgs
from components.resources.link import AppLinkArgs, link_all
from components.resources.server import Server, ServerArgs

if __name__ == "__main__":
    interrupts.end_quietly()
sdk_extras.leave_out()
estate, secrets = stack_file.load()
check_tokens(estate)
found = zones.find(estate)
edge.warn(estate, found)
stack = f"{pulumi.get_project()}/{pulumi.get_stack()}"
known = app_bucket.look(estate, stack)
dumps = BucketArgs(stack, estate, secrets)
bucket = Bucket(estate.backups.bucket, dumps)
certificates = Certificates(pulumi.get_stack(), CertificatesArgs(estate, found, today()))
server = Server(
    pulumi.get_stack(),
    ServerArgs(stack, estate, secrets, after=[bucket.ready, *certificates.ready]),
)
Edge(pulumi.get_stack(), EdgeArgs(estate, found, server))
writer = BucketWriter(estate.backups.bucket, dumps, server.host.networks)
data = DatabaseArgs(estate, secrets, server, bucket, writer)
database = Database(estate.database.service, data)
apps = {name: App(name, AppArgs(estate, server)) for name in estate.apps}
links = link_all({name: AppLinkArgs(estate, server, database, app) for name, app in apps.items()})
buckets = {name: AppBucket(name, AppBucketArgs(stack, estate, found, known)) for name, _ in with_buckets(estate, "r2")}
settled = {
    name: AppSettings(name, AppSettingsArgs(estate, secrets, server, links[name], buckets.get(name))).ready
    for name, app in estate.apps.items()
    if app.has_settings
}
bases = wanted_by(estate, found)
for name in (name for name in estate.apps if tls_of(estate, name) != "none"):
    after = settled.get(name, links[name].ready)
    pair = AppCertificateArgs(estate, secrets, server, certificates, bases.get(name), after)
    AppCertificate(name, pair)
backup = None
if not estate.backups.found:
    backup = Backup(estate.database.service, BackupArgs(estate, secrets, server, database, bucket, writer))
    if second := estate.backups.second:
        copies = BackupCopyArgs(pulumi.get_stack(), estate, secrets, server, backup)
        BackupCopy(estate.database.service, second, copies)
    if files_rules.folders(estate):
        folders = FilesBackupArgs(estate, secrets, server, bucket, backup, after=list(settled.values()))
        FilesBackup(estate.database.service, folders)
Watch(estate.database.service, WatchArgs(estate, secrets, server, database, bucket, backup))
app_removal.record_apps(estate, after=links.values())
export(estate, server, bucket, apps, links, buckets=buckets, secrets=secrets, certificates=certificates.output())
