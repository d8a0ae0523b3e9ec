"""Every command of a stack, run once more: `generation` raised by one in its stack file, then preview and up."""

from operate.core import confirm, stack_names, terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.stack import engine, pulumi_cli

_PATH = "petbase:estate.generation"
# What an edit that waits in the stack file might do, and a repair must not.
_TAKES = ("delete", "replace", "create-replacement", "delete-replaced")


def again(stack: str, *, ask: bool) -> None:
    """Say what it does, ask, do it. RefusedError where the stack file holds edits that would take something away."""
    before = generation(stack)
    terminal.note(
        f"generation {before} becomes {before + 1} in the stack file of {stack}, then preview and up: every command "
        "runs again on the server and puts right what is not as declared. Edits that wait in the stack file are made "
        "too."
    )
    if ask:
        confirm.type_name(stack, "run every command again", "In a script: --yes")
    pulumi_cli.set_number(stack, _PATH, before + 1)
    try:
        with terminal.working("previewing"):
            steps = engine.of(stack).preview()
        if taken := [step for step in steps if step.operation in _TAKES]:
            raise RefusedError(
                "The stack file holds edits that take something away, so nothing was done: "
                f"{'; '.join(map(str, taken))}. Bring them up by themselves first: {stack_names.up(stack)}"
            )
    except PetbaseError:
        # As it was: nothing has run.
        pulumi_cli.set_number(stack, _PATH, before)
        raise
    terminal.note(f"{len(steps)} resources change")
    engine.of(stack).up()


def generation(stack: str) -> int:
    """As the stack file says it; 1 where it does not."""
    return pulumi_cli.number(stack, _PATH) or 1
