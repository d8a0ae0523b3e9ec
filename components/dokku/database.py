"""The stack file's database as a command of the program on the server."""

from components.config.spec import Database
from host.database.ensure import EnsureDatabase


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
