"""What is refused before anything is asked of the server."""

from operate.core.errors import RefusedError
from operate.stack.outputs import Stack


def check_against(stack: Stack, app: str) -> None:
    """RefusedError for an app that the stack does not have, and for one without a schema of its own."""
    stack.require_app(app)
    if stack.apps[app].schema == "public":
        raise RefusedError(
            f"{app} lives in public, which all apps with the superuser's link share, so nothing can be imported into "
            f"it alone. First: ./petbase isolate {app}"
        )
