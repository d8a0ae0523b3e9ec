"""What is running, in one table, and what to do next."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table

from components.config.values.cron import next_run, words
from host.values.text import size
from sandbox.proof.visiting import address
from sandbox.workspace import root


def table(outputs: Mapping[str, Any], http_port: int) -> Table:
    """Server, database, apps, bucket, schedule with its next run, newest dump and drill."""
    server, backups = outputs["server"], outputs["backups"]
    rows = Table(show_header=False, box=None, pad_edge=False)
    rows.add_column(style="bold")
    rows.add_column(overflow="fold")
    rows.add_row("server", f"{server['address']}, SSH on port {server['port']}, id {server['id']}")
    rows.add_row("database", f"{outputs['database']['service']}, PostgreSQL {outputs['database']['version']}")
    for name, app in outputs["apps"].items():
        rows.add_row(
            f"app {name}", f"{address(app['urls'][0], http_port)}/  schema {app['schema']}, role {app['role']}"
        )
        rows.add_row("", f"git remote add dokku {app['gitRemote']}")
    rows.add_row("git push", 'first, here in your shell: eval "$(./petbase sandbox env)"')
    if any(app["urls"][0].startswith("https:") for app in outputs["apps"].values()):
        rows.add_row(
            "HTTPS", f"signed by {root() / 'cloud/origin-ca.pem'}: let your browser trust it; with curl: --cacert"
        )
    rows.add_row("bucket", f"{backups['bucket']} at {backups['endpoint']}")
    rows.add_row("schedule", _schedule(backups["schedule"], paused=backups["paused"]))
    rows.add_row("newest dump", _newest(backups))
    rows.add_row("restore test", _drilled(backups, str(outputs["database"]["service"])))
    if copy := backups.get("copy"):
        rows.add_row("second store", f"{copy['bucket']}/{copy['path']} at {copy['endpoint']}")
        rows.add_row("newest copy", _newest(copy))
    return rows


def next_steps() -> str:
    """The commands that a person tries next."""
    return """Next:
  ./petbase psql --stack sandbox     the database; --app notes: what it sees
  ./petbase backup --stack sandbox   a dump now; restore brings one back
  edit Pulumi.sandbox.yaml, then make sandbox: another app, another schedule
  ./petbase sandbox --help           status, logs, a shell on the server, down
  ./petbase init prod                the real thing"""


def _schedule(cron: str, *, paused: bool) -> str:
    if paused:
        return "paused"
    following = next_run(cron, datetime.now(UTC))
    local = following.astimezone()
    here = f"{local:%Y-%m-%d %H:%M %Z} (" if local.utcoffset() else ""
    return f"{words(cron)} (UTC); next: {here}{following:%Y-%m-%d %H:%M} UTC{')' if here else ''}"


def _newest(backups: Mapping[str, Any]) -> str:
    try:
        found = _listed(_store(backups), backups, "postgres-")
    except (BotoCoreError, ClientError) as error:
        return f"the bucket does not open: {error}"
    if not found:
        return "none yet"
    newest = max(found, key=lambda dump: str(dump["LastModified"]))
    return f"{newest['Key']}, {size(newest['Size'])}, {newest['LastModified']:%Y-%m-%d %H:%M} UTC"


def _drilled(backups: Mapping[str, Any], service: str) -> str:
    """The evidence that the server's drill leaves beside the dumps."""
    store = _store(backups)
    try:
        found = _listed(store, backups, f"evidence/{service}/")
        if not found:
            return f"none yet; one runs {backups['drill']}, or: ./petbase drill --stack sandbox"
        newest = max(found, key=lambda entry: str(entry["LastModified"]))["Key"]
        told = json.loads(store.get_object(Bucket=backups["bucket"], Key=newest)["Body"].read())
    except (BotoCoreError, ClientError) as error:
        return f"the bucket does not open: {error}"
    when = f"{datetime.fromisoformat(told['at']).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if not told["ok"]:
        return f"{when}: failed: {told['error']}"
    rows = f"{sum(told['rows'].values())} rows in {len(told['rows'])} tables"
    return f"{when}: {rows} restored, schema the same, {told['seconds']['total']:.1f} s"


def _listed(store: Any, backups: Mapping[str, Any], prefix: str) -> list[dict[str, Any]]:
    below = f"{backups['path']}/" if backups.get("path") else ""
    found: list[dict[str, Any]] = store.list_objects_v2(Bucket=backups["bucket"], Prefix=f"{below}{prefix}").get(
        "Contents", []
    )
    return found


def _store(backups: Mapping[str, Any]) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=backups["endpoint"],
        region_name=backups["region"],
        aws_access_key_id=backups["accessKeyId"],
        aws_secret_access_key=backups["secretAccessKey"],
        config=Config(request_checksum_calculation="when_required", response_checksum_validation="when_required"),
    )
