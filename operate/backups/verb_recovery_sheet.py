"""`./petbase recovery-sheet`: what to keep where, and how the data comes back without Petbase."""

from typing import Annotated

import typer

from operate.core import options, terminal

GROUP = "Backups"


def recovery_sheet(
    *,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Include the bucket's keys and the passphrase.")
    ] = False,
    stack: options.Stack = None,
) -> None:
    """Print what to keep in order to restore without Petbase.

    With the bucket's keys, the passphrase and one dump, two commands restore everything: curl, and gpg with tar and
    pg_restore. They need no Petbase, Pulumi or Dokku. With a second store (backups.copy) the same commands follow for
    that one, also when the first one is gone. Print the sheet on paper. Without --with-secrets it only says
    where the secrets are.

    [bold]Examples[/bold]
      ./petbase recovery-sheet
      ./petbase recovery-sheet --with-secrets | lpr
    """
    from datetime import UTC, datetime

    from operate.backups import second_store
    from operate.backups.shown import dumps_sheet, recovery_sheet
    from operate.dumps import passphrases
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    shelves = second_store.shelves(chosen)
    passphrase = pulumi_cli.secret(chosen.name, passphrases.CONFIG_KEY) if chosen.locked else None
    secrets = dumps_sheet.Secrets(passphrase, shown=with_secrets)
    terminal.result(recovery_sheet.sheet(chosen, *shelves, datetime.now(UTC), secrets))
    if with_secrets:
        terminal.note("It holds the keys of all your data. Paper is a good place for it; a file in the clear is not.")
