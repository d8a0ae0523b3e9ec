"""`./petbase download`: a dump, to this machine."""

from pathlib import Path
from typing import Annotated

import typer

from operate import options


def download(
    key: Annotated[str | None, typer.Option(help="Which dump. Default: the newest.", metavar="KEY")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: the dump's name, here.", metavar="FILE")
    ] = None,
    yes: options.Yes = False,
    stack: options.Stack = None,
) -> None:
    """Download a dump, by default the newest.

    The file appears only when it is whole and checked, readable by you alone. An existing file is replaced only with
    --yes. Everything in it is in the clear, unless its name ends in .gpg.

    [bold]Examples[/bold]
      ./petbase download
      ./petbase download --key postgres-db-2026-11-22-03-00-01.tgz --output before.tgz
    """
    import tempfile

    from operate import dumps, say
    from operate import stack as stacks
    from operate.errors import RefusedError
    from operate.progress import bytes_moving
    from operate.store import Store

    store = Store(stacks.read(stack))
    dump = store.find(key)
    target = output or Path(dump.name)
    if target.is_dir():
        target = target / dump.name
    if target.exists() and not yes:
        raise RefusedError(f"{target} is there already. Say --yes to replace it, or --output FILE.")
    if not target.parent.is_dir():
        raise RefusedError(f"There is no folder {target.parent}.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".petbase-") as folder:
        with bytes_moving(dump.name, dump.size) as seen:
            dumps.fetch(store, dump, Path(folder) / "dump", seen)
        (Path(folder) / "dump").replace(target)
    say.result(str(target))
    say.note(f"{say.size(dump.size)}, made {say.age(dump.made)} ago. {_how_to_open(target)}")


def _how_to_open(target: Path) -> str:
    opened = target
    first = ""
    if target.suffix == ".gpg":
        opened = target.with_suffix("")
        first = f"gpg --output {opened} --decrypt {target}; "
    return f"To open it: {first}tar -xzf {opened}; pg_restore --list backup/export"
