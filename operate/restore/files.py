"""The files of an app, back in their place."""

from datetime import UTC, datetime

from host.files.restore import Restored, RestoreFiles
from host.values.json_values import from_json
from operate.core import confirm, terminal, times
from operate.restore.request import Choice
from operate.server import steps
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def restore(stack: Stack, connection: Connection, choice: Choice, *, yes: bool, json: bool) -> None:
    """Ask, restore, and say where the earlier files are now. What is live stays, so no copy is made first."""
    app = str(choice.app)
    when = f"the newest of {times.with_local_time(choice.at)} or before" if choice.at else "the newest"
    where = " in the second store" if choice.copy else ""
    terminal.note(f"files    {', '.join(stack.apps[app].files)}")
    terminal.note(f"from     {when} snapshot{where}; {app} restarts, and what is live now stays beside it")
    if not yes:
        confirm.type_name(app, "replace its files", "In a script: --yes")
    if choice.copy:
        stack.at_copy()
    at = int(choice.at.timestamp()) if choice.at else 0
    command = RestoreFiles(stack.service, app, at=at, copy=choice.copy)
    again = " ".join(["./petbase restore --stack", stack.name, *choice.place, "--files"])
    done = steps.follow(stack, connection, command, again, what="into the folders")
    found = [from_json(Restored, one, "restored") for one in done.result]
    if json:
        terminal.as_json({"app": app, "folders": found})
        return
    for one in found:
        of = times.with_local_time(datetime.fromtimestamp(one.at, UTC))
        terminal.result(f"{one.path} is as it was at {of}, {terminal.size(one.bytes)}.")
        if one.aside:
            drop = f"./petbase drop-data --stack {stack.name} {one.aside}"
            terminal.note(f"Its earlier files are in {one.aside}. To delete them: {drop}")
