"""`./petbase recovery-sheet`: what to keep where, and how the data comes back without Petbase."""

from typing import Annotated

import typer

from operate import options


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

    from operate import passphrases, reckoning, recovery, say
    from operate import stack as stacks
    from operate.store import Store

    chosen = stacks.read(stack)
    with Store(chosen) as store:
        shelf = reckoning.shelf(store)
    passphrase = stacks.secret(chosen.name, passphrases.CONFIG_KEY) if chosen.backups.encrypted else None
    secrets = recovery.Secrets(passphrase, shown=with_secrets)
    say.result(recovery.sheet(chosen, shelf, datetime.now(UTC), secrets))
    if with_secrets:
        say.note("It holds the keys of all your data. Paper is a good place for it; a file in the clear is not.")
