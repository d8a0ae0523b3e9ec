"""The stack file's database as commands of the program on the server."""

from components.config.backups_spec import Backups, Copy
from components.config.spec import Database
from components.dokku import backup_copy
from host.database.ensure import EnsureDatabase
from host.database.refill import RefillDatabase


def ensure(spec: Database) -> EnsureDatabase:
    """The service with its version and settings."""
    return EnsureDatabase(
        spec.service,
        version=spec.version,
        config=dict(spec.config),
        memory_mb=spec.memory_mb,
        version_declared="version" in spec.model_fields_set,
        settings_declared=bool(spec.model_fields_set & {"config", "memory_mb"}),
    )


def refill(service: str, dump: str, spec: Backups, endpoint: str) -> RefillDatabase:
    """The dump that `restore-from` names, or `latest`, into a service that holds no table."""
    return RefillDatabase(
        service,
        dump=dump,
        bucket=spec.bucket,
        prefix=spec.prefix,
        endpoint=endpoint,
        region=spec.region,
    )


def refill_from_copy(stack: str, service: str, dump: str, copy: Copy) -> RefillDatabase:
    """The same from the second store."""
    return RefillDatabase(
        service,
        dump=dump,
        bucket=copy.bucket,
        prefix=f"{backup_copy.path(stack, copy)}/",
        endpoint=copy.endpoint,
        region=copy.region,
    )
