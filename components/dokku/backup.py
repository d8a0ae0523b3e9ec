"""The stack file's backups as a command of the program on the server."""

from components.config.backups_spec import Backups
from host.backup.ensure import EnsureBackup


def ensure(service: str, spec: Backups, endpoint: str) -> EnsureBackup:
    """The schedule of a service's dumps, to the store at `endpoint`."""
    return EnsureBackup(
        service,
        bucket=spec.bucket,
        endpoint=endpoint,
        schedule=spec.schedule,
        prefix=spec.prefix,
        region=spec.region,
        encrypt=spec.encrypt,
        paused=spec.paused,
    )
