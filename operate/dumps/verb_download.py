"""`./petbase download`: a dump, to this machine."""

from pathlib import Path
from typing import Annotated

import typer

from operate.core import options, terminal

GROUP = "Backups"


def download(
    key: Annotated[str | None, typer.Option(help="The dump. Default: the newest.", metavar="KEY")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Where to save it. Default: the dump's name in this folder.", metavar="FILE"
        ),
    ] = None,
    source: options.From = "bucket",
    yes: options.Yes = False,
    stack: options.Stack = None,
) -> None:
    """Download a dump, by default the newest.

    The file appears when it is complete and checked, and only you can read it. An interrupted download continues where
    it stopped; until then its data is in a hidden .part file. An existing file is replaced only with --yes. The
    contents are not encrypted unless the name ends in .gpg.

    [bold]Examples[/bold]
      ./petbase download
      ./petbase download --from copy
      ./petbase download --key postgres-db-2026-11-22-03-00-01.tgz --output before.tgz
    """
    from operate.core.progress import bytes_moving
    from operate.dumps import dumps
    from operate.dumps.store import Store
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    with Store(chosen.at_copy() if source == "copy" else chosen) as store:
        dump = store.find(key)
        target = dumps.place_for(dump, output, replace=yes)
        part = dumps.part_of(dump, target.parent, target.name)
        with bytes_moving(dump.name, dump.size) as seen:
            dumps.download(store, dump, part, seen)
        part.replace(target)
    terminal.result(str(target))
    terminal.note(f"{terminal.size(dump.size)}, made {terminal.age(dump.made)} ago. {_how_to_open(target)}")


def _how_to_open(target: Path) -> str:
    opened = target
    first = ""
    if target.suffix == ".gpg":
        opened = target.with_suffix("")
        first = f"gpg --output {opened} --decrypt {target}; "
    return f"To open it: {first}tar -xzf {opened}; pg_restore --list backup/export"
