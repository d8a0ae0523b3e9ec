"""The stack file's second store of the dumps as commands of the program on the server."""

from components.config.backups_spec import Copy
from host.copy.ensure import EnsureCopy


def path(stack: str, copy: Copy) -> str:
    """The folder in the second store: two stacks may use one bucket there."""
    return copy.path or stack


def ensure(stack: str, service: str, copy: Copy) -> EnsureCopy:
    """The second store, and the key that opens it."""
    return EnsureCopy(
        service,
        bucket=copy.bucket,
        endpoint=copy.endpoint,
        keep_days=copy.keep_days,
        prefix=f"{path(stack, copy)}/",
        region=copy.region,
    )
