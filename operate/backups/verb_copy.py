"""`./petbase copy`: verified dumps to the second store, now."""

from operate.core import options, terminal

GROUP = "Backups"


def copy(stack: options.Stack = None, identity: options.Identity = None, json: options.Json = False) -> None:
    """Copy the verified dumps to the second store now.

    The server does it every hour by itself (backups.copy): each dump that a drill has verified, as it is, encrypted or
    not. Each copy is read back and compared with what was sent. Nothing there is deleted or overwritten.

    [bold]Examples[/bold]
      ./petbase copy
      ./petbase drill && ./petbase copy
    """
    from operate.backups import second_store
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity)
    done = second_store.copy(chosen, connection)
    if json:
        terminal.as_json(done)
        return
    terminal.table([("copies", str(done.copies)), ("newest", done.newest or "none: no dump was verified yet")])
