"""`./petbase restore`: a dump, back into the shared database."""

from pathlib import Path
from typing import Annotated

import typer

from operate.core import options, times

GROUP = "Backups"

EXIT_CODES = (
    "Exit codes: 0 restored, 1 failure: the live data is unchanged unless the error says otherwise, 2 refused before "
    "anything began: a wrong or missing answer, no dump of that time, a newer PostgreSQL's dump, not enough disk space."
)


def restore(
    *,
    at: Annotated[
        str | None, typer.Option(help="The newest dump at or before this time (local, or UTC with Z).", metavar="TIME")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The dump. Default: the newest.", metavar="KEY")] = None,
    source: options.From = "bucket",
    file: Annotated[Path | None, typer.Option(help="A dump file on this machine instead.", metavar="FILE")] = None,
    app: Annotated[str | None, typer.Option(help="Restore only this app's schema.", metavar="APP")] = None,
    was: Annotated[
        str | None, typer.Option(help="With --app: the schema's name in the dump, if it was renamed since.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Restore the whole database (the default).")] = False,
    into: Annotated[
        str | None,
        typer.Option(help="Restore into a separate database; the live one is not changed.", metavar="SCRATCH"),
    ] = None,
    files: Annotated[bool, typer.Option("--files", help="With --app: its files instead of its rows.")] = False,
    kept: Annotated[
        str | None,
        typer.Option(help="Bring back data that an earlier restore replaced, instead of a dump.", metavar="NAME"),
    ] = None,
    safety_dump: options.SafetyDump = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Restore a dump: the whole database or one app's schema.

    The server fetches the dump, decrypts it and restores it into a separate database. When that is complete, has the
    dump's schema, and every object belongs to its app's role, it replaces the live database in one step: sessions end,
    apps reconnect, nothing is restarted. Schemas that are not in the dump are kept.

    If it is interrupted before that step, nothing has changed; run it again, and transfers continue where they
    stopped. The data that was live is kept under a name like "db before 2026-11-22 18:30:05". ./petbase kept lists it,
    --kept brings it back, and only ./petbase drop-data deletes it.

    An encrypted dump needs the passphrase of its time: PETBASE_BACKUP_PASSPHRASE, or else the stack's. --app leaves
    large objects alone, because they belong to no schema. --files brings back the app's storage folders (backup: true)
    from their newest snapshot, or the newest before --at; the app restarts, and each folder that was live stays beside
    it, under a dated name. --from copy takes the dump from the second store, also when
    the first one is gone; the safety dump needs the first one.

    [bold]Examples[/bold]
      ./petbase restore
      ./petbase restore --at "2026-11-21 18:30" --app fruits
      ./petbase restore --key postgres-db-2026-11-22-03-00-01.tgz --into look
      ./petbase restore --file before.tgz --yes --json
      ./petbase restore --app plums --was fruits
      ./petbase restore --app fruits --files
      ./petbase restore --from copy --no-safety-dump
      ./petbase restore --kept "db before 2026-11-22 18:30:05"
    """
    from operate.restore import files as app_files
    from operate.restore import job as restore_job
    from operate.restore import report as restore_report
    from operate.restore import request as restore_request
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    moment = times.parse(at) if at else None
    place = {"app": app, "was": was, "into": into}
    copy = source == "copy"
    choice = restore_request.Choice(key=key, file=file, at=moment, kept=kept, copy=copy, files=files, **place)
    restore_request.check(choice, everything=everything)
    chosen = pulumi_cli.read(stack)
    restore_request.check_against(choice, chosen)
    if choice.files:
        app_files.restore(chosen, connect(chosen, identity), choice, yes=yes, json=json)
        return
    job = restore_job.Job(chosen, connect(chosen, identity), choice, yes=yes, safety_dump=safety_dump)
    ended = job.back() if kept else job.dump()
    restore_report.told(chosen, choice, ended, json=json)
    restore_report.require_all(ended)
