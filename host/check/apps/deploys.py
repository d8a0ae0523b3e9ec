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
_NEVER_CLOSED = "ps:restart"
"""Its records say `running` for ever, also where it went well (the `dokku` script and plugins/ps at v0.38.27)."""


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
    """The newest record that Dokku closes: its name sorts by time (docs/advanced-usage/builds.md at v0.38)."""
    records = sorted(host.path(f"/var/lib/dokku/data/builds/{app}").glob("*.json"), reverse=True)
    try:
        for path in records:
            record = json.loads(files.read(path))
            if record["source"] != _NEVER_CLOSED:
                at = datetime.fromisoformat(str(record["started_at"])[:19] + "+00:00").timestamp()
                return _Deploy(path.stem, _failure(host, record), at)
    except (ValueError, KeyError, TypeError):
        pass
    return None


def _failure(host: Host, record: dict[str, Any]) -> str:
    """Dokku leaves the record of a build that fails open, as of one that is killed; `builds:list` says abandoned."""
    if record.get("status") == "failed":
        return f"failed ({record.get('source')})"
    if record.get("status") == "running" and not host.path(f"/proc/{record.get('pid')}").exists():
        return f"failed or was cut off ({record.get('source')})"
    return ""
