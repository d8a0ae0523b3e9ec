"""How the database goes, which no edit of a stack file and no `pulumi destroy` of a protected stack does; text only."""

from components.dokku.lifecycle import dokku_script
from components.dokku.shell import Script


def destroy(stack: str, service: str) -> Script:
    """The service, its data and its watch, if no app is linked; the lock is the one of restores and drills."""
    values = {"resource": f"scratch.{service}", "stack": stack, "service": service}
    return dokku_script(
        f"the end of the database {service}", "destroy_look", "booted", "watch_gone", "destroy", values=values
    )
