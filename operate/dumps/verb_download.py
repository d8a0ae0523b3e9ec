"""`./petbase download`: a dump, to this machine."""

from pathlib import Path
from typing import Annotated

import typer

from operate.core import options


def download(
    key: Annotated[str | None, typer.Option(help="Which dump. Default: the newest.", metavar="KEY")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: the dump's name, here.", metavar="FILE")
    ] = None,
    yes: options.Yes = False,
    stack: options.Stack = None,
) -> None:
    """Download a dump, by default the newest.

    The file appears only when it is whole and checked, readable by you alone. A download that was cut off goes on where
    it stopped when you run it again: until then what came is beside it, as a hidden .part. An existing file is replaced
    only with --yes. Everything in it is in the clear, unless its name ends in .gpg.

    [bold]Examples[/bold]
      ./petbase download
      ./petbase download --key postgres-db-2026-11-22-03-00-01.tgz --output before.tgz
    """
    from operate.core import terminal
    from operate.core.progress import bytes_moving
    from operate.dumps import dumps
    from operate.dumps.store import Store
    from operate.stack import pulumi_cli

    with Store(pulumi_cli.read(stack)) as store:
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
