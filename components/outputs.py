"""What a stack tells: how to reach everything, and nothing that the server tells by itself (no database password)."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.config.edge_defaults import tls_of
from components.config.spec import Estate
from components.dokku.role_grants import Rights
from components.resources.app import App
from components.resources.app_settings import output
from components.resources.bucket import Bucket
from components.resources.link import AppLink
from components.resources.server import Server


def export(
    estate: Estate,
    server: Server,
    bucket: Bucket,
    apps: Mapping[str, App],
    links: Mapping[str, AppLink],
    *,
    certificates: Mapping[str, Any],
) -> None:
    """The stack's outputs, by the names that ./petbase reads. The secret access key stays secret."""
    outputs: dict[str, Any] = {
        "server": {
            "id": server.server_id,
            "address": server.address,
            "user": estate.server.user,
            "port": estate.server.ssh_port,
            "hostKey": server.host_key,
            "webFrom": estate.server.web_from,
            "hardened": estate.server.hardened,
        },
        "database": {"service": estate.database.service, "version": estate.database.version},
        "dokku": {"version": estate.dokku.version, "postgresPlugin": estate.dokku.postgres_plugin},
        "apps": {name: _app(estate, name, app, links[name]) for name, app in apps.items()},
        "certificates": certificates,
        "backups": {
            "store": estate.backups.store,
            "bucket": estate.backups.bucket,
            "path": estate.backups.path,
            "endpoint": bucket.endpoint,
            "region": estate.backups.region,
            "schedule": estate.backups.schedule,
            "paused": estate.backups.paused,
            "found": estate.backups.found,
            "drill": estate.backups.drill,
            "encrypted": estate.backups.encrypt,
            "keepDays": estate.backups.keep_days,
            "lockDays": estate.backups.lock_days,
            "accessKeyId": bucket.access_key_id,
            "secretAccessKey": bucket.secret_access_key,
        },
    }
    for name, value in outputs.items():
        pulumi.export(name, value)


def _app(estate: Estate, name: str, app: App, link: AppLink) -> dict[str, Any]:
    tls = tls_of(estate, name)
    return {
        "urls": app.urls,
        "tls": tls if isinstance(tls, str) else "own",
        "gitRemote": app.git_remote,
        "access": link.access,
        "schema": link.access.apply(lambda access: estate.schema_of(name) if access == "schema" else "public"),
        "role": link.access.apply(lambda access: name if access == "schema" else "postgres"),
        # The room that it has, or would have: ./petbase isolate moves it there.
        "ownSchema": estate.schema_of(name),
        "rights": Rights.of(estate.apps[name]).output(),
        "settings": output(estate, name),
    }
