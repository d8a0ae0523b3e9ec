"""The files of apps, by hand: backed up, or restored for practice, now."""

from typing import Any

from host.core.command import Command
from host.files.drill import DrillFiles, FilesDrill
from host.files.run import RunFiles
from host.files.status import FilesStatus
from host.values.json_values import from_json
from operate.core import stack_names, terminal
from operate.core.errors import RefusedError
from operate.server import program
from operate.server.connection.errors import ends_without_us
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def backup(stack: Stack, connection: Connection, *, json: bool) -> None:
    """Every folder into the repository. PetbaseError where one is not in it then."""
    status = from_json(FilesStatus, _call(stack, connection, RunFiles(stack.service)), "files")
    if json:
        terminal.as_json(status)
        return
    for one in status.folders:
        what = f"{terminal.size(one.bytes)}, snapshot {one.snapshot}" if one.snapshot else "empty, no snapshot"
        terminal.table([("files of", ", ".join(one.apps)), ("folder", one.path), ("backed up", what)])


def drill(stack: Stack, connection: Connection, *, json: bool) -> None:
    """Check and restore for practice. PetbaseError where something does not come back."""
    found = from_json(FilesDrill, _call(stack, connection, DrillFiles(stack.service)), "drill")
    if json:
        terminal.as_json(found)
        return
    folders = ", ".join(found.folders) or "none: no folder has a snapshot yet"
    result = f"restored without errors, {terminal.size(found.bytes)} in all"
    terminal.table([("folders", folders), ("checked", f"part {found.part} of 5 of the data"), ("result", result)])


def require_files(stack: Stack) -> None:
    """RefusedError for a stack that backs up no files."""
    if not stack.backs_up_files:
        raise RefusedError(
            f"The stack {stack.name} backs up no files. Write backup: true beside an app's storage in the stack file, "
            f"and run: {stack_names.up(stack.name)}"
        )


def _call(stack: Stack, connection: Connection, command: Command) -> Any:
    require_files(stack)
    look = f"./petbase doctor --stack {stack.name}"
    with ends_without_us(f"What was begun ends on the server by itself; what it came to: {look}"):
        return program.call(stack, connection, command, on_step=terminal.note)
