"""`./petbase rotate-token`: new credentials for the buckets, the old ones revoked."""

import typer

from operate.core import confirm, options, stack_names, terminal
from operate.core.errors import RefusedError

GROUP = "Server"


def rotate_token(yes: options.Yes = False, stack: options.Stack = None) -> None:
    """Replace the access tokens of the buckets.

    Raises backups.token-generation in the stack file and runs pulumi up: new tokens are created, the server proves
    that it can write with its new one, and only then are the old ones revoked. Scheduled dumps continue meanwhile. An
    app with a bucket gets its new key the same way and restarts once. If it is interrupted, run it again.

    [bold]Example[/bold]
      ./petbase rotate-token --stack prod
    """
    from operate.stack import engine, pulumi_cli
    from operate.whole import rotate_token as rotation

    chosen = pulumi_cli.read(stack)
    name = chosen.name
    if chosen.backups.store != "r2" and not chosen.buckets:
        raise RefusedError(
            f"The keys of {name} are your own (store: s3). Make new ones there, set petbase:s3AccessKeyId and "
            f"petbase:s3SecretAccessKey, and run: {stack_names.up(name)}"
        )
    job = rotation.Rotation(name, engine.of(name))
    with terminal.working("looking at what would change"):
        steps = job.raise_generation()
    terminal.table(rotation.shown(steps))
    if not yes:
        try:
            confirm.type_name(name, "rotate its tokens", "In a script: --yes")
        except (RefusedError, typer.Abort):
            job.take_back()
            raise
    job.run()
    terminal.result(f"The tokens of {name} are new, and the old ones open nothing any more.")
    if chosen.backups.store != "r2":
        return
    terminal.note(f"A dump with the new ones: ./petbase backup --stack {name}")
    terminal.note(
        "The keys on an earlier recovery sheet are no longer valid. Print it again: "
        f"./petbase recovery-sheet --with-secrets --stack {name}"
    )
