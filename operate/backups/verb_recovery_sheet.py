"""`./petbase recovery-sheet`: what to keep where, and how the data comes back without Petbase."""

from typing import Annotated

import typer

from operate.core import options


def recovery_sheet(
    *,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Print the bucket's keys and the passphrase too.")
    ] = False,
    stack: options.Stack = None,
) -> None:
    """Print what to keep, and the commands that bring the data back by hand.

    With the bucket's keys, the passphrase and a dump alone, two plain commands (curl, and gpg with tar and pg_restore)
    restore everything: no Petbase, no Pulumi, no Dokku. Made for paper. Without --with-secrets it says where they are.

    [bold]Examples[/bold]
      ./petbase recovery-sheet
      ./petbase recovery-sheet --with-secrets | lpr
    """
    from datetime import UTC, datetime

    from operate.backups import inventory
    from operate.backups import recovery_sheet as sheets
    from operate.core import terminal
    from operate.dumps import passphrases
    from operate.dumps.store import Store
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    with Store(chosen) as store:
        shelf = inventory.shelf(store)
    passphrase = pulumi_cli.secret(chosen.name, passphrases.CONFIG_KEY) if chosen.backups.encrypted else None
    secrets = sheets.Secrets(passphrase, shown=with_secrets)
    terminal.result(sheets.sheet(chosen, shelf, datetime.now(UTC), secrets))
    if with_secrets:
        terminal.note("It holds the keys of all your data. Paper is a good place for it; a file in the clear is not.")
