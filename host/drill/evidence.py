"""What a drill found out about one dump, as it lies beside the dumps and on the server."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone

from host.core.host import Host
from host.dumps.bucket import Bucket
from host.watch.settings import folder


@dataclass(frozen=True)
class Seconds:
    """How long each part took; to compare what came with the dump is a part of restoring it."""

    fetch: float = 0.0
    restore: float = 0.0
    count: float = 0.0
    total: float = 0.0


@dataclass(frozen=True)
class Evidence:
    """`key` is the dump's key in the bucket, None where none was found; `bytes` its size.

    `at` is ISO 8601 in UTC, `version` the PostgreSQL that the dump is of, `fingerprint` the SHA-256 of its schema.
    `equal`: what came is what the dump says, None where it was not compared. `rows` counts those of every table, by
    its name in SQL.
    """

    service: str
    at: str
    key: str | None = None
    etag: str = ""
    bytes: int = 0
    ok: bool = False
    error: str | None = None
    version: str = ""
    fingerprint: str = ""
    equal: bool | None = None
    rows: dict[str, int] = field(default_factory=dict)
    seconds: Seconds = field(default_factory=Seconds)


def keep_here(host: Host, evidence: Evidence) -> str:
    """Keep it on the server; the name under which it belongs into the bucket too.

    A failure leaves the evidence of an earlier success alone.
    """
    name = _name(evidence)
    place = f"{folder(evidence.service)}/evidence"
    if not evidence.ok and (host.state.read(f"{place}/{name}") or {}).get("ok") is True:
        name += ".failed"
    host.state.write(f"{place}/{name}", **asdict(evidence))
    return f"evidence/{evidence.service}/{name}.json"


def keep_in_bucket(bucket: Bucket, evidence: Evidence, name: str) -> None:
    """Keep it beside the dumps. BucketError where the bucket takes nothing."""
    bucket.put_small(name, json.dumps(asdict(evidence)) + "\n")


def _name(evidence: Evidence) -> str:
    """The dump's name, or the time of a drill that found none."""
    if evidence.key:
        return evidence.key.rpartition("/")[2]
    at = datetime.strptime(evidence.at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return f"drill-{at:%Y-%m-%d-%H-%M-%S}"
