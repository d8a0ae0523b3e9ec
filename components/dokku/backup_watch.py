"""The words of what looks after the dumps, the server and its apps."""

from dataclasses import replace

from components.config.backups_spec import Backups
from components.config.rules import files_rules
from components.config.spec import Estate
from components.config.values import cron
from host.backup.watch import EnsureWatch


def of_estate(service: str, estate: Estate, endpoint: str) -> EnsureWatch:
    """The check every 15 minutes, the drill as often as the stack file says, and who is told."""
    return replace(
        ensure(service, estate.backups, endpoint),
        path={name: app.health_path for name, app in estate.apps.items() if app.health_path},
        hardened=estate.server.hardened,
        app_files=bool(files_rules.folders(estate)),
        channel={name: channel.kind for name, channel in estate.alerts.items()},
    )


def ensure(service: str, spec: Backups, endpoint: str) -> EnsureWatch:
    """The same of the dumps alone."""
    return EnsureWatch(
        service,
        bucket=spec.bucket,
        endpoint=endpoint,
        schedule=spec.schedule,
        max_age=cron.max_age(spec.schedule),
        prefix=spec.prefix,
        drill="never" if spec.found else spec.drill,
        paused=spec.paused,
        found=spec.found,
        copies=spec.second is not None,
        keep_days=spec.keep_days if spec.store == "r2" and not spec.found else 0,
    )
