"""The stack file's apps whose files are backed up, as commands of the program on the server."""

from components.config.rules import files_rules
from components.config.spec import Estate
from host.files.ensure import EnsureFiles


def of_estate(service: str, estate: Estate, endpoint: str) -> EnsureFiles:
    """Their folders, beside the dumps at `endpoint` and on the dumps' schedule."""
    spec = estate.backups
    return EnsureFiles(
        service,
        folder=tuple(f"{app}={folder}" for app, found in files_rules.folders(estate).items() for folder in found),
        bucket=spec.bucket,
        endpoint=endpoint,
        schedule=spec.schedule,
        keep_days=spec.keep_days,
        keep_days_declared="keep_days" in spec.model_fields_set,
        prefix=spec.prefix,
        drill=spec.drill,
        paused=spec.paused,
    )
