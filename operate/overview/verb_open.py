"""`./petbase open`: an app in the browser."""

from typing import Annotated

import typer

from operate.core import options, terminal
from operate.core.errors import RefusedError

GROUP = "Look"


def open(
    app: options.App,
    print_: Annotated[bool, typer.Option("--print", help="Only print the URL.")] = False,
    stack: options.Stack = None,
) -> None:
    """Open an app in the browser, by its first URL.

    The URL is printed too. Where there is no browser, as over SSH, that is all.

    [bold]Examples[/bold]
      ./petbase open fruits
      ./petbase open fruits --print --stack staging
    """
    import webbrowser

    from operate.overview import address
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    chosen.require_app(app)
    urls = address.urls(chosen)[app]
    if not urls:
        raise RefusedError(f"{app} answers to no name, so there is nothing to open. Write one under apps.{app}.domains")
    terminal.result(urls[0])
    if not print_ and not webbrowser.open(urls[0]):
        terminal.note("No browser was found here.")
