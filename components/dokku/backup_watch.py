"""The words of what looks after the dumps."""

from components.config.spec import Backups
from components.config.values import cron
from host.watch.ensure import EnsureWatch


def ensure(service: str, spec: Backups, endpoint: str) -> EnsureWatch:
    """The check every 15 minutes and the drill as often as the stack file says."""
    return EnsureWatch(
        service,
        bucket=spec.bucket,
        endpoint=endpoint,
        schedule=spec.schedule,
        max_age=cron.max_age(spec.schedule),
        prefix=f"{spec.path}/" if spec.path else "",
        drill=spec.drill,
        paused=spec.paused,
    )
