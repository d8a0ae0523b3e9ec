"""Did the last deploy of every app end well? By Dokku's own records, which it keeps since 0.38."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from host.check.apps.running import own_apps
from host.check.findings import Findings
from host.core import files
from host.core.host import Host

_DAY = 86_400
_TOLD_DAYS = 7
"""After that the version before it is what somebody wants to run."""


@dataclass(frozen=True)
class _Deploy:
    """`failure` is "" where it did not fail; `at` is in seconds of the epoch."""

    id: str
    failure: str
    at: float


def look_at_deploys(found: Findings) -> None:
    """A deploy that fails leaves the version before running, so nothing else shows it."""
    for app in own_apps(found.host):
        deploy = _last(found.host, app)
        if deploy and deploy.failure and found.now - deploy.at < _TOLD_DAYS * _DAY:
            log = f"dokku builds:output {app} {deploy.id}"
            found.problem(f"deploy {app}", f"the last deploy of {app} {deploy.failure}. Its log: {log}")


def _last(host: Host, app: str) -> _Deploy | None:
    """The newest record: its name sorts by time (docs/advanced-usage/builds.md at v0.38)."""
    records = sorted(host.path(f"/var/lib/dokku/data/builds/{app}").glob("*.json"))
    if not records:
        return None
    try:
        record = json.loads(files.read(records[-1]))
        at = datetime.fromisoformat(str(record["started_at"])[:19] + "+00:00").timestamp()
        return _Deploy(records[-1].stem, _failure(host, record), at)
    except (ValueError, KeyError, TypeError):
        return None


def _failure(host: Host, record: dict[str, Any]) -> str:
    """Dokku calls one that still runs, and whose process is gone, abandoned."""
    if record.get("status") == "failed":
        return f"failed ({record.get('source')})"
    if record.get("status") == "running" and not host.path(f"/proc/{record.get('pid')}").exists():
        return f"was cut off ({record.get('source')})"
    return ""
