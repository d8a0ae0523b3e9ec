"""Stack outputs: a few lines for people, and one secret output with all that `./petbase` needs.

The engine prints all outputs at the end of each `up`, `preview` and `refresh`, so the lines for people are few. The
secret one holds nothing that the server can be asked for (the database password).
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.config.rules import files_rules
from components.config.rules.bucket_defaults import origins_of, place_of, secret_variables, with_buckets
from components.config.rules.edge_defaults import tls_of
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import backup_copy
from components.dokku.link_options import LinkOptions
from components.resources import dropped_bucket
from components.resources.app import App
from components.resources.app_bucket import AppBucket
from components.resources.app_settings import output
from components.resources.backups.bucket import Bucket
from components.resources.link import AppLink
from components.resources.server import Server


def export(
    estate: Estate,
    server: Server,
    bucket: Bucket,
    apps: Mapping[str, App],
    links: Mapping[str, AppLink],
    *,
    buckets: Mapping[str, AppBucket],
    secrets: Secrets,
    certificates: Mapping[str, Any],
) -> None:
    """Export both."""
    pulumi.export("address", server.address)
    pulumi.export("apps", {name: _line(name, app) for name, app in apps.items()})
    pulumi.export("bucket", estate.backups.target)
    pulumi.export("next", f"./petbase doctor --stack {pulumi.get_stack()}")
    details = _details(estate, server, bucket, apps, links, secrets=secrets, certificates=certificates)
    details |= dropped_bucket.export(estate)
    for name, folders in files_rules.folders(estate).items():
        details["apps"][name]["files"] = list(folders)
    for name, _ in with_buckets(estate):
        details["apps"][name]["bucket"] = _bucket(estate, name, buckets.get(name), secrets)
    pulumi.export("petbase", pulumi.Output.secret(_known(details)))


def _known(value: Any) -> Any:
    """`value` with "" for each part that is unknown after a run of single resources, such as an address of a server
    that is gone. One unknown part would make all of the output unknown, and `./petbase` could not read the rest.
    """
    if isinstance(value, Mapping):
        return {name: _known(part) for name, part in value.items()}
    if isinstance(value, pulumi.Output) and not pulumi.runtime.is_dry_run():
        return value.apply(lambda told: "" if pulumi.contains_unknowns(told) else told, run_with_unknowns=True)
    return value


def _line(name: str, app: App) -> pulumi.Output[str]:
    where = app.urls[0] if app.urls else name
    return app.git_remote.apply(lambda remote: f"{where}  git push {remote} main")


def _details(
    estate: Estate,
    server: Server,
    bucket: Bucket,
    apps: Mapping[str, App],
    links: Mapping[str, AppLink],
    *,
    secrets: Secrets,
    certificates: Mapping[str, Any],
) -> dict[str, Any]:
    """By the names that operate/stack/parse_outputs.py reads."""
    return {
        "server": {
            "id": server.server_id,
            "address": server.address,
            "user": estate.server.user,
            "port": estate.server.ssh_port,
            "hostKey": server.host_key,
            "webFrom": estate.server.web_from,
            "hardened": estate.server.hardened,
        },
        "database": {
            "service": estate.database.service,
            "version": estate.database.version,
            "versionDeclared": "version" in estate.database.model_fields_set,
        },
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
            "copy": _copy(estate, secrets),
        },
    }


def _copy(estate: Estate, secrets: Secrets) -> dict[str, Any] | None:
    """The second store, and its key; None where there is none."""
    copy = estate.backups.second
    if copy is None:
        return None
    return {
        "bucket": copy.bucket,
        "path": backup_copy.path(pulumi.get_stack(), copy),
        "endpoint": copy.endpoint,
        "region": copy.region,
        "keepDays": copy.keep_days,
        "accessKeyId": secrets.copy_access_key_id,
        "secretAccessKey": secrets.copy_secret_access_key,
    }


def _bucket(estate: Estate, app: str, bucket: AppBucket | None, secrets: Secrets) -> dict[str, Any]:
    """Where it is, and its key: of a bucket at another store than R2 the user's own."""
    place, spec = place_of(estate, app), estate.apps[app].bucket
    assert place
    assert spec
    key_id, secret = (secrets.apps[app].get(name) for name in secret_variables(spec))
    return {
        "name": place.name,
        "endpoint": place.endpoint,
        "region": place.region,
        "key": place.key,
        "public": spec.public,
        "origins": list(origins_of(estate, app)) if bucket else [],
        "secrets": [] if bucket else [f"{app}.{name}" for name in secret_variables(spec)],
        "accessKeyId": bucket.keys.access_key_id if bucket else key_id,
        "secretAccessKey": bucket.keys.secret_access_key if bucket else secret,
    }


def _app(estate: Estate, name: str, app: App, link: AppLink) -> dict[str, Any]:
    tls = tls_of(estate, name)
    return {
        "urls": app.urls,
        "tls": tls if isinstance(tls, str) else "own",
        "gitRemote": app.git_remote,
        "access": link.access,
        "schema": link.access.apply(lambda access: estate.schema_of(name) if access == "schema" else "public"),
        "role": link.access.apply(lambda access: name if access == "schema" else "postgres"),
        # The schema that it has, or would have: ./petbase isolate moves it there.
        "ownSchema": estate.schema_of(name),
        "link": LinkOptions.of(estate.apps[name]).output(),
        "settings": output(estate, name),
    }
