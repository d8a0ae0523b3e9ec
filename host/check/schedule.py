"""Will the next dump be made? By cron's own file: a weekly dump that did not come is late a week after that."""

from __future__ import annotations

from host.check.findings import Findings
from host.core import files

_AGAIN = "Raise generation in the stack file and run pulumi up"


def look_at_schedule(found: Findings) -> None:
    """The plugin's line, with the stack file's schedule."""
    path = f"/etc/cron.d/dokku-postgres-{found.service}"
    begins = f"{found.settings.schedule} dokku /usr/bin/dokku postgres:backup {found.service} "
    lines = [f"{line} " for line in files.read(found.host.path(path)).splitlines()]
    if not any(line.startswith(begins) for line in lines):
        text = f"dumps are no longer scheduled at {found.settings.schedule} UTC: {path} has no such line"
        found.problem("schedule", f"{text}. {_AGAIN}")
