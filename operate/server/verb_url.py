"""`./petbase url`: an app's DATABASE_URL."""

import sys

from operate.core import options, terminal

GROUP = "Data"
ALIASES = ("database-url",)


def url(
    app: options.App,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Print an app's DATABASE_URL.

    The password is read from the server, where it was generated; the state does not contain it. Anyone who has the URL
    can read and change the app's data.

    [bold]Examples[/bold]
      ./petbase url fruits
      ./petbase url fruits --stack staging | xclip -selection clipboard
    """
    from operate.server.ssh import reach

    _, connection = reach(stack, identity, app)
    said = connection.run("dokku", "config:get", app, "DATABASE_URL")
    if sys.stdout.isatty():
        terminal.note("This is a secret: it opens the app's data. The host name in it is known on the server only.")
    terminal.result(said.rstrip("\n"))
