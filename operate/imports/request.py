"""What is refused before anything is asked of the server or of a store."""

from pathlib import Path

from components.dokku import shell
from operate.core.errors import RefusedError
from operate.imports import source
from operate.imports.files.request import Asked
from operate.imports.job import Job, Wanted
from operate.server.ssh import connect
from operate.stack.outputs import Stack


def check_options(given: str | None, wanted: Wanted, asked: Asked) -> None:
    """RefusedError for an option whose part is not imported."""
    if not asked.files and asked.options:
        raise RefusedError(f"{shell.line(*asked.options[0])} needs --files.")
    if asked.files and given is None and wanted.words:
        raise RefusedError(f"{wanted.words[0]} applies to a database; with --files, add --from to import one.")


def database_job(stack: Stack, app: str, given: str | None, wanted: Wanted, identity: Path | None) -> Job:
    """The import of a database. RefusedError where the app or the source cannot be."""
    check_against(stack, app)
    found = source.chosen(given)
    return Job(stack, connect(stack, identity), app, found, wanted)


def check_against(stack: Stack, app: str) -> None:
    """RefusedError for an app that the stack does not have, and for one without its own schema."""
    stack.require_app(app)
    if stack.apps[app].schema == "public":
        raise RefusedError(
            f"{app} lives in public, which all apps with the superuser's link share, so nothing can be imported into "
            f"it alone. First: ./petbase isolate {app}"
        )
