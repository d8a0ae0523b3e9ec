"""`./petbase teardown`: the end of a stack; its dumps stay, or they go too."""

from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import confirm, options, stack_names, terminal
from operate.core.errors import PetbaseError, RefusedError

if TYPE_CHECKING:
    from operate.server.ssh import Connection
    from operate.stack.state import State
    from operate.whole.teardown import Teardown

GROUP = "Delete (asks first)"
ALIASES = ("destroy",)


def teardown(
    *,
    keep_dumps: Annotated[
        bool, typer.Option("--keep-dumps", help="Keep the bucket and the keys that read it.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--everything", help="Delete the bucket too, with all dumps, locked ones included.")
    ] = False,
    safety_dump: Annotated[
        bool, typer.Option("--safety-dump/--no-safety-dump", help="Make a last dump first and read it back.")
    ] = True,
    yes: options.Yes = False,
    i_know: Annotated[
        str | None,
        typer.Option("--i-know", help="The sentence it would ask for; required with --yes.", metavar="SENTENCE"),
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Remove a whole stack: apps, server, DNS records, tokens.

    You do not have to edit the stack file: the sentence that you type overrides `protect`, and pulumi up creates
    everything again. A last dump is made and read back first. A server that was there before Petbase stays, with its
    database and with what was found on it. If it is interrupted, run it again.

    --keep-dumps keeps the bucket, its rules and the keys that read it, so ./petbase backups, download and
    recovery-sheet still work. The last dump is test-restored, and the bucket's rules never delete its copy in
    verified/.

    --everything downloads the last dump into the current folder, lifts the lock, and deletes the bucket with all
    dumps.

    [bold]Examples[/bold]
      ./petbase teardown --keep-dumps
      ./petbase teardown --everything --stack staging
      ./petbase teardown --keep-dumps --stack staging --yes --i-know 'tear down staging'
    """
    from operate.server.ssh import connect
    from operate.stack import engine, pulumi_cli, stack_files
    from operate.whole import teardown_report
    from operate.whole.teardown import Teardown

    if keep_dumps == everything:
        raise RefusedError("Choose what happens to your backups: pass --keep-dumps or --everything.")
    name = stack_files.chosen(stack)
    if _gone(name):
        return
    job = Teardown(pulumi_cli.read(name), engine.of(name), everything=everything)
    if yes and i_know != job.sentence:
        raise RefusedError(f"--yes takes down a stack without a question, so it needs: --i-know '{job.sentence}'")
    before = job.left()
    if not before.others and not everything:
        terminal.table(teardown_report.stays(job, before, job.shelf()))
        terminal.note("Nothing to do: only the dumps are left.")
        return
    connection = connect(job.stack, identity)
    _look(job, before, connection, must_answer=safety_dump and before.scheduled)
    shown = teardown_report.rows(job, before, job.shelf())
    terminal.table(shown)
    if not yes:
        confirm.type_name(job.sentence, "take it down", f"In a script: --yes --i-know '{job.sentence}'")
    try:
        kept = _last(job, before, connection) if safety_dump else None
        job.run(before)
    except KeyboardInterrupt:
        raise PetbaseError(f"Interrupted. To finish it: {job.again}") from None
    except PetbaseError as problem:
        raise PetbaseError(f"{problem}\nTo go on: {job.again}") from None
    _told(job, before, kept)


def _gone(name: str) -> bool:
    """Whether nothing is left of it, said."""
    from operate.stack import state

    if state.read(name).resources:
        return False
    terminal.result(f"Nothing is left of {name}.")
    terminal.note(f"To remove its empty state: pulumi stack rm {name} --preserve-config (which leaves the stack file)")
    return True


def _look(job: "Teardown", before: "State", connection: "Connection", *, must_answer: bool) -> None:
    """What forbids it. A server that does not answer can be removed if the last dump is made already or not wanted."""
    try:
        if before.server_made:
            job.require_alone(connection)
    except RefusedError:
        raise
    except PetbaseError as problem:
        if must_answer:
            raise
        terminal.note(f"The server was not looked at: {problem}")


def _last(job: "Teardown", before: "State", connection: "Connection") -> str | None:
    if before.scheduled:
        return job.last_dump(connection)
    return job.download() if job.bucket_goes else None


def _told(job: "Teardown", before: "State", kept: str | None) -> None:
    from operate.backups.inventory import Inventory
    from operate.whole import teardown_report

    name = job.stack.name
    terminal.result(f"{name} is down{'' if job.bucket_goes else '; its dumps stay'}.")
    shelf = Inventory() if job.bucket_goes else job.shelf()
    terminal.table([*([("last dump", kept)] if kept else []), *teardown_report.stays(job, before, shelf)])
    if not job.everything:
        terminal.note(f"To read them: ./petbase backups, download or recovery-sheet --stack {name}")
    again = "database.restore-from: latest in the stack file, then " if not job.everything else ""
    terminal.note(f"To create it again: {again}{stack_names.up(name)}")
