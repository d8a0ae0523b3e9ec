"""`./petbase rotate-token`: new credentials for the bucket, the old ones revoked."""

import typer

from operate import options


def rotate_token(yes: options.Yes = False, stack: options.Stack = None) -> None:
    """New tokens for the bucket; the old ones are revoked.

    Raises backups.token-generation in the stack file and runs pulumi up: new tokens are made, the server proves that
    its own writes before it takes the place of the old one, and the old ones go last. Dumps are made meanwhile. A run
    that was cut off is finished by the same command.

    [bold]Example[/bold]
      ./petbase rotate-token --stack prod
    """
    from operate import consent, deploy, rotating, say
    from operate import stack as stacks
    from operate.errors import RefusedError

    chosen = stacks.read(stack)
    name = chosen.name
    if chosen.backups.store != "r2":
        raise RefusedError(
            f"The keys of {name} are your own (store: s3). Make new ones there, set petbase:s3AccessKeyId and "
            f"petbase:s3SecretAccessKey, and run: pulumi up --stack {name}"
        )
    job = rotating.Rotation(name, deploy.of(name))
    with say.working("looking at what would change"):
        steps = job.plan()
    say.table(rotating.shown(steps))
    if not yes:
        try:
            consent.typed(name, "rotate its tokens", "In a script: --yes")
        except (RefusedError, typer.Abort):
            job.take_back()
            raise
    job.run()
    say.result(f"The tokens of {name} are new, and the old ones open nothing any more.")
    say.note(f"A dump with the new ones: ./petbase backup --stack {name}")
    say.note(
        "A recovery sheet of before has keys that open nothing. Print it again: "
        f"./petbase recovery-sheet --with-secrets --stack {name}"
    )
