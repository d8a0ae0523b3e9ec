"""`./petbase sandbox`: the whole estate on this machine, by the real engine. What it does is in sandbox/run.py."""

from typing import Annotated

import typer

GROUP = "Set up"

_HELP = """Run everything on this machine, without any account.

[bold]Examples[/bold]
  ./petbase sandbox up
  ./petbase sandbox shell dokku apps:list
  ./petbase url fruits --stack sandbox
"""
# What follows the first word belongs to the command, options too.
_WORDS = {"allow_interspersed_args": False, "ignore_unknown_options": True}

app = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode="rich")


@app.command()
def up(
    prove: Annotated[
        bool, typer.Option("--prove/--no-prove", help="Push apps, back up, drop a table and restore it.")
    ] = True,
) -> None:
    """Start the sandbox, bring it up to date and prove that it works.

    [bold]Examples[/bold]
      ./petbase sandbox up
      ./petbase sandbox up --no-prove
    """
    from sandbox import run

    raise typer.Exit(run.up(prove=prove))


@app.command()
def status() -> None:
    """Show what is running, and where.

    [bold]Example[/bold]
      ./petbase sandbox status
    """
    from sandbox import run

    raise typer.Exit(run.status())


@app.command()
def preview() -> None:
    """Show what `up` would change, without changing anything.

    [bold]Example[/bold]
      ./petbase sandbox preview
    """
    from sandbox import run

    raise typer.Exit(run.preview())


@app.command()
def destroy() -> None:
    """Remove everything that the stack made, the server's disk too.

    It works like pulumi destroy, so it stops at a bucket that contains dumps. ./petbase teardown removes both.

    [bold]Examples[/bold]
      ./petbase sandbox destroy
      ./petbase teardown --everything --stack sandbox
    """
    from sandbox import run

    raise typer.Exit(run.destroy())


@app.command()
def down() -> None:
    """Stop the server and the store; data and state stay.

    [bold]Example[/bold]
      ./petbase sandbox down
    """
    from sandbox import run

    raise typer.Exit(run.down())


@app.command()
def logs(
    name: Annotated[str | None, typer.Argument(help="The beginning of a log's name, like cron.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing new lines.")] = False,
) -> None:
    """Show the server's logs: boot, auth, cron.

    [bold]Examples[/bold]
      ./petbase sandbox logs
      ./petbase sandbox logs cron --follow
    """
    from sandbox import run

    raise typer.Exit(run.logs(follow=follow, name=name))


@app.command(context_settings=_WORDS)
def shell(
    command: Annotated[
        list[str] | None, typer.Argument(help="The command. Default: open a shell.", metavar="COMMAND")
    ] = None,
) -> None:
    """Open a root shell on the sandbox server, or run a command there.

    [bold]Examples[/bold]
      ./petbase sandbox shell
      ./petbase sandbox shell cat /etc/cron.d/dokku-postgres-db
    """
    from sandbox import run

    raise typer.Exit(run.shell(command or []))


@app.command()
def env() -> None:
    """Print variables for `pulumi` and `git push` in the sandbox.

    [bold]Example[/bold]
      eval "$(./petbase sandbox env)"; pulumi --cwd .sandbox/project stack --stack sandbox
    """
    from sandbox import run

    raise typer.Exit(run.env())
