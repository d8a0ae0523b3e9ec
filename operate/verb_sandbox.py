"""`./petbase sandbox`: the whole estate on this machine, by the real engine. What it does is in sandbox/run.py."""

from typing import Annotated

import typer

_HELP = """Everything on this machine: a server, a database, a bucket, nothing to sign up for.

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
    prove: Annotated[bool, typer.Option("--prove/--no-prove", help="Push, dump, drop and restore, to show it.")] = True,
) -> None:
    """Start it, bring it up to date, and prove that it works.

    [bold]Examples[/bold]
      ./petbase sandbox up
      ./petbase sandbox up --no-prove
    """
    from sandbox import run

    raise typer.Exit(run.up(prove=prove))


@app.command()
def status() -> None:
    """What runs, and where.

    [bold]Example[/bold]
      ./petbase sandbox status
    """
    from sandbox import run

    raise typer.Exit(run.status())


@app.command()
def preview() -> None:
    """What `up` would change; nothing is touched.

    [bold]Example[/bold]
      ./petbase sandbox preview
    """
    from sandbox import run

    raise typer.Exit(run.preview())


@app.command()
def destroy() -> None:
    """Remove all that the stack made, the server's disk too.

    It is pulumi destroy, and ends as that does at a bucket that holds dumps. ./petbase teardown takes both.

    [bold]Examples[/bold]
      ./petbase sandbox destroy
      ./petbase teardown --everything --stack sandbox
    """
    from sandbox import run

    raise typer.Exit(run.destroy())


@app.command()
def down() -> None:
    """Stop server and store; data and state stay, and `up` goes on.

    [bold]Example[/bold]
      ./petbase sandbox down
    """
    from sandbox import run

    raise typer.Exit(run.down())


@app.command()
def logs(
    name: Annotated[str | None, typer.Argument(help="The beginning of a log's name, as in cron.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines come.")] = False,
) -> None:
    """The server's logs: boot, auth, cron.

    [bold]Examples[/bold]
      ./petbase sandbox logs
      ./petbase sandbox logs cron --follow
    """
    from sandbox import run

    raise typer.Exit(run.logs(follow=follow, name=name))


@app.command(context_settings=_WORDS)
def shell(
    command: Annotated[list[str] | None, typer.Argument(help="What to run; none: a shell.", metavar="COMMAND")] = None,
) -> None:
    """A root shell on the pretend server, or one command there, without SSH.

    [bold]Examples[/bold]
      ./petbase sandbox shell
      ./petbase sandbox shell cat /etc/cron.d/dokku-postgres-db
    """
    from sandbox import run

    raise typer.Exit(run.shell(command or []))


@app.command()
def env() -> None:
    """Variables with which `pulumi` works on the sandbox's own state.

    [bold]Example[/bold]
      eval "$(./petbase sandbox env)"; pulumi --cwd .sandbox/project stack --stack sandbox
    """
    from sandbox import run

    raise typer.Exit(run.env())
