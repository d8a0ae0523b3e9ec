"""`./petbase destroy-database`: the end of the shared database, with everything in it."""

from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import confirm, options, terminal
from operate.core.errors import RefusedError

if TYPE_CHECKING:
    from operate.server.ssh import Connection
    from operate.stack.outputs import Stack

GROUP = "Delete (asks first)"


def destroy_database(
    *,
    safety_dump: options.SafetyDump = True,
    yes: options.Yes = False,
    i_know: Annotated[
        str | None,
        typer.Option(
            "--i-know", help='The sentence "destroy SERVICE of STACK"; required with --yes.', metavar="SENTENCE"
        ),
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Delete the shared PostgreSQL service with all its data.

    Nothing else deletes it: no edit of the stack file and no pulumi up. It refuses while an app is linked, and if the
    service was there before Petbase. A dump is made, read back and test-restored first; the dumps in the bucket stay.
    You type the service's name and then a whole sentence. If it is interrupted, run it again.

    [bold]Examples[/bold]
      ./petbase destroy-database
      ./petbase destroy-database --yes --i-know 'destroy db of staging' --stack staging
    """
    from host.database.destroy import DestroyDatabase
    from operate.backups import drills
    from operate.dumps.make import make_safety_dump
    from operate.server import program
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    sentence = f"destroy {chosen.service} of {chosen.name}"
    if yes and i_know != sentence:
        raise RefusedError(
            f"--yes destroys a database without a question, so it needs the sentence: --i-know '{sentence}'"
        )
    connection = connect(chosen, identity)
    there = _there(chosen, connection)
    if not yes:
        otherwise = f"In a script: --yes --i-know '{sentence}'"
        confirm.type_name(chosen.service, "destroy it for good", otherwise)
        confirm.type_name(sentence, "do so with every table in it", otherwise)
    key = make_safety_dump(chosen, connection) if safety_dump and there else None
    if key:
        drills.require_good(chosen, connection, key)
    program.call(chosen, connection, DestroyDatabase(chosen.service), on_step=terminal.note)
    terminal.result(f"{chosen.service} is gone.")
    if key:
        terminal.note(f"Everything that was in it is in the dump {key}, until that expires.")
    terminal.note(
        f"The stack still declares it: ./petbase doctor --repair --stack {chosen.name} makes it again, empty; "
        "docs/disaster.md says how it comes back with its data."
    )


def _there(stack: "Stack", connection: "Connection") -> bool:
    """Whether it is on the server, said with what it holds. RefusedError while an app is linked to it."""
    from operate.schemas import listing

    if stack.service not in connection.run("dokku", "--quiet", "postgres:list").split():
        terminal.note(f"{stack.service} is not on the server any more; what may be left of it is removed.")
        return False
    found = listing.schemas(stack, connection)
    if found.linked:
        raise RefusedError(
            f"{stack.service} is linked to {', '.join(found.linked)}, so its data is in use; nothing was touched. "
            "First take these apps out of the stack file and run pulumi up."
        )
    tables = [table for schema in found.schemas for table in schema.tables]
    many = terminal.counted(len(tables), "table")
    held = f"{many}, {terminal.size(sum(table.bytes for table in tables))}, in every schema"
    terminal.note(
        f"{stack.service} on {stack.name} ({stack.server.address}) is deleted with all that it holds: {held}."
    )
    return True
