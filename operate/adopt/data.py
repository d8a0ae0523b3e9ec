"""The sections `database` and `backups` of a server as it was found, line by line."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from components.config.spec import Database
from components.config.values.database_types import PostgresVersion
from components.config.values.network_types import Url
from components.config.values.store_types import BucketName, BucketPath, CronSchedule
from host.database.settings import options_text
from host.report.model.adopt import FoundDumps, FoundService
from operate.adopt.prompts import fits, typed
from operate.core.errors import RefusedError
from operate.core.yaml_text import plain

_R2 = re.compile(r"https://([0-9a-f]{32})\.(?:(eu|fedramp)\.)?r2\.cloudflarestorage\.com/?")
_OPTION = re.compile(r"-c ([a-z_.]+)=([A-Za-z0-9._-]+)(?: |$)")


def said(path: str, kind: Any, value: str) -> str:
    """The value for a line. RefusedError for one that cannot be said: a default in its place would be untrue."""
    try:
        return plain(typed(kind)(value))
    except ValueError as problem:
        raise RefusedError(
            f"{path}: {problem}. No other line is true of this server, so nothing was written."
        ) from None


def database(service: FoundService) -> Iterator[str]:
    """The section `database`. Settings that it does not say are kept (host/database/ensure.py)."""
    yield "    database:"
    yield f"      service: {plain(service.name)}"
    yield f"      version: {said('database.version', PostgresVersion, service.version)}"
    settings = _settings(service)
    if settings is None:
        held = ", ".join(part for part in (service.options, service.memory and f"{service.memory} MB") if part)
        yield f"      # Its settings stay: {held}. config or memory-mb here would take their place, with a restart."
    elif service.memory:
        yield f"      memory-mb: {service.memory}"
    if settings:
        yield "      config:"
        yield from (f"        {name}: {plain(value)}" for name, value in settings.items())
    if service.image != "postgres":
        yield f"      # Its image is {service.image}, which stays; a new version must be a tag of that image."
    if service.environment:
        yield f"      # Its container's variables stay: {' '.join(service.environment)}"
    if service.exposed:
        yield f"      # It is exposed ({service.exposed}), which is left alone."


def _settings(service: FoundService) -> Mapping[str, str] | None:
    """`config` where, with `memory-mb`, it says just what is there; else None: what is not said is kept."""
    config = dict(_OPTION.findall(service.options))
    given: dict[str, Any] = {"config": config} | ({"memory-mb": service.memory} if service.memory else {})
    try:
        said = Database.model_validate(given)
    except ValueError:
        return None
    same = options_text(said.config) == service.options and str(said.memory_mb or "") == service.memory
    return config if same else None


def backups(service: FoundService) -> Iterator[str]:
    """The section `backups`: whatever makes dumps there keeps running."""
    dumps = service.dumps
    yield "    backups:"
    yield "      found: true                # they go on as they were found; without this line they are Petbase's"
    if dumps.endpoint is None:
        yield "      # No dump leaves this server, which has no credentials. Fill in where they shall go one day:"
        yield "      # account-id: ...          # <- your Cloudflare account; or store: s3 (docs/stack-file-example.md)"
    else:
        yield from _store(dumps)
    yield from _schedule(service)
    if dumps.encryption == "passphrase":
        yield "      encrypt: true              # pulumi config set --secret petbase:backupPassphrase"
    elif dumps.encryption:
        yield f"      # They are encrypted with a {dumps.encryption}, which ./petbase restore cannot read."


def _store(dumps: FoundDumps) -> Iterator[str]:
    if found := _R2.fullmatch(dumps.endpoint or ""):
        yield f"      account-id: {plain(found[1])}"
        if found[2]:
            yield f"      jurisdiction: {found[2]}"
        yield "      bucket-exists: true"
        return
    region = dumps.region or "us-east-1"
    endpoint = dumps.endpoint or f"https://s3.{region}.amazonaws.com"
    yield "      store: s3                  # with the secrets petbase:s3AccessKeyId and petbase:s3SecretAccessKey"
    yield f"      endpoint: {said('backups.endpoint', Url, endpoint.rstrip('/'))}"
    yield f"      region: {plain(region)}"


def _schedule(service: FoundService) -> Iterator[str]:
    dumps = service.dumps
    if dumps.schedule is None or dumps.target is None:
        if dumps.endpoint is not None:
            yield "      # bucket: ...              # <- nothing is scheduled, so the server does not know it"
        return
    bucket, _, path = dumps.target.partition("/")
    if fits(BucketName, bucket) and (not path or fits(BucketPath, path)):
        yield f"      bucket: {plain(bucket)}"
        # In R2 the top level is the default.
        if path or not _R2.fullmatch(dumps.endpoint or ""):
            yield f"      path: {plain(path or '/')}"
    else:
        yield f"      # Dumps go to {dumps.target}, which is not a plain bucket and path; write bucket and path: ..."
    if fits(CronSchedule, dumps.schedule):
        yield f'      schedule: "{dumps.schedule}"'
    else:
        yield f"      # Its schedule is {dumps.schedule}"
    if dumps.iam:
        yield "      # They are made with the server's own role at Amazon (--use-iam)."
