"""`./petbase backups`: the dumps in the bucket, and what each of them is good for."""

from typing import Annotated

import typer

from operate.core import options, terminal

GROUP = "Backups"
ALIASES = ("dumps",)


def backups(
    *,
    chart: Annotated[bool, typer.Option("--chart", help="Show their sizes over time as bars.")] = False,
    source: options.From = "bucket",
    stack: options.Stack = None,
    json: options.Json = False,
) -> None:
    """List the dumps, the schedule and the space they use.

    A dump is verified once a drill has restored it completely (./petbase drill). Verified dumps are copied to
    verified/, where the newest of 7 days, 4 weeks and 6 months are kept. A locked dump cannot be deleted or
    overwritten by anyone, with any token. Below the list: the schedule in words, its next run, the runs that left no
    dump, how full the bucket is, and what the second store holds, which --from copy lists.

    [bold]Examples[/bold]
      ./petbase backups
      ./petbase backups --chart
      ./petbase backups --from copy
      ./petbase backups --json | jq --raw-output '.dumps[] | select(.verified) | .key'
    """
    from datetime import UTC, datetime

    from operate.backups import files_in_store, second_store
    from operate.backups.shown import facts, summary, table
    from operate.files import usage
    from operate.stack import pulumi_cli

    chosen, now = pulumi_cli.read(stack), datetime.now(UTC)
    if source == "copy":
        chosen = chosen.at_copy()
    shelf = second_store.shelf(chosen)
    copied = None if chosen.is_at_copy or chosen.copy is None else second_store.told(chosen.at_copy(), now)
    files, app_files = usage.of(chosen), files_in_store.look(chosen)
    if json:
        told = {**facts.facts(chosen.backups, shelf, now), "buckets": files}
        if app_files:
            told["files"] = app_files.json()
        terminal.as_json({"service": chosen.service, **told, "copy": copied and copied.json})
        return
    if not shelf.dumps:
        first = f"./petbase backup --stack {chosen.name}"
        terminal.result(f"No dump of {chosen.service} in {chosen.backups.target} yet. Make one: {first}")
    elif chart:
        table.show_chart(shelf)
    else:
        table.show(chosen.backups, shelf, now)
    terminal.result("")
    second = [("second store", copied.words)] if copied else []
    second += [("files", app_files.words(now, chosen.name))] if app_files else []
    in_copy = files_in_store.look(chosen.at_copy()) if copied else None
    second += [("", f"second store: {in_copy.words(now, chosen.name)}")] if in_copy else []
    terminal.table([*summary.about(chosen, shelf, now), *second, *summary.space(chosen.backups, shelf, files)])
