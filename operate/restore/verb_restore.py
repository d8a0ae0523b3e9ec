"""`./petbase restore`: a dump, back into the shared database."""

from pathlib import Path
from typing import Annotated

import typer

from operate.core import options

EXIT_CODES = (
    "Exit codes: 0 restored, 1 failed and the live data is as it was (or the error says otherwise), 2 refused before "
    "anything was begun: a wrong or missing answer, no dump of that time, a newer PostgreSQL's dump, no room."
)


def restore(
    *,
    at: Annotated[
        str | None, typer.Option(help="The newest dump of that time or before; your time, or with Z.", metavar="TIME")
    ] = None,
    key: Annotated[str | None, typer.Option(help="Which dump. Default: the newest.", metavar="KEY")] = None,
    file: Annotated[Path | None, typer.Option(help="A dump on this machine instead.", metavar="FILE")] = None,
    app: Annotated[str | None, typer.Option(help="This app's schema alone.", metavar="APP")] = None,
    was: Annotated[
        str | None, typer.Option(help="With --app: its schema's name in the dump, from before a renaming.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole database; the default.")] = False,
    into: Annotated[
        str | None, typer.Option(help="Into a database of that name beside it; nothing changes.", metavar="SCRATCH")
    ] = None,
    kept: Annotated[
        str | None, typer.Option(help="No dump: what an earlier restore put aside, back again.", metavar="NAME")
    ] = None,
    safety_dump: Annotated[
        bool, typer.Option("--safety-dump/--no-safety-dump", help="Dump what is there before it is replaced.")
    ] = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Bring a dump back into the shared database, whole or one app's schema.

    The server fetches the dump, unlocks it and restores it into a database of its own. Only when that is whole and has
    the dump's schema, and every object belongs to its app's role, does it change places with the live one: sessions
    end, apps connect anew, nothing is restarted. Schemas that the dump does not know are taken along.

    Until then nothing has changed, wherever it is cut off. The old data stays, under a name like "db before 2026-11-22
    18:30:05": ./petbase kept lists it, --kept brings it back, ./petbase drop-data is the only way that it goes.

    What was cut off on its way goes on where it stopped. An encrypted dump wants the passphrase of its time:
    PETBASE_BACKUP_PASSPHRASE, else the stack's. --app leaves large objects alone: they belong to no schema.

    [bold]Examples[/bold]
      ./petbase restore
      ./petbase restore --at "2026-11-21 18:30" --app fruits
      ./petbase restore --key postgres-db-2026-11-22-03-00-01.tgz --into look
      ./petbase restore --file before.tgz --yes --json
      ./petbase restore --app plums --was fruits
      ./petbase restore --kept "db before 2026-11-22 18:30:05"
    """
    from operate.core import times
    from operate.restore import job as restore_job
    from operate.restore import report as restore_report
    from operate.restore import request as restore_request
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    moment = times.parse(at) if at else None
    choice = restore_request.Choice(key=key, file=file, at=moment, app=app, was=was, into=into, kept=kept)
    restore_request.check(choice, everything=everything)
    chosen = pulumi_cli.read(stack)
    restore_request.check_against(choice, chosen)
    job = restore_job.Job(chosen, connect(chosen, identity), choice, yes=yes, safety_dump=safety_dump)
    ended = job.back() if kept else job.dump()
    restore_report.told(chosen, choice, ended, json=json)
