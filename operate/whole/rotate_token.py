"""New tokens for a stack's buckets: which number they have, what the run changes, and the run.

The engine makes the new tokens first, the server proves that its own writes before it takes it, and the old
ones are deleted last. So a run that is cut off leaves the server with a token that works, and the same command
continues.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from operate.core import stack_names
from operate.core.errors import PetbaseError, RefusedError
from operate.stack import pulumi_cli
from operate.stack.deployment import Deployment, Step, shorten

PATH = 'petbase:estate.backups["token-generation"]'
_TOKENS = ("cloudflare:index/accountToken:AccountToken", "cloudflare:index/apiToken:ApiToken")


@dataclass(frozen=True)
class Rotation:
    """One stack's tokens."""

    stack: str
    deployment: Deployment

    def raise_generation(self) -> list[Step]:
        """Raise the number, unless an earlier run did and was cut off; what the run will change. RefusedError when it
        would change other things too: the number is then as before.
        """
        before = pulumi_cli.number(self.stack, PATH)
        if begun := self._preview():
            return begun
        pulumi_cli.set_number(self.stack, PATH, (before or 1) + 1)
        try:
            steps = self._preview()
        except PetbaseError:
            pulumi_cli.set_number(self.stack, PATH, before or 1)
            raise
        return steps

    def take_back(self) -> None:
        """Set the number back to what it was."""
        pulumi_cli.set_number(self.stack, PATH, (pulumi_cli.number(self.stack, PATH) or 2) - 1)

    def run(self) -> None:
        """Make it so."""
        self.deployment.up()

    def _preview(self) -> list[Step]:
        """The steps, when they are about new tokens; none when there are none."""
        steps = self.deployment.preview()
        tokens = [step for step in steps if step.kind in _TOKENS]
        others = [str(step) for step in steps if not _belongs(step)]
        if others:
            raise RefusedError(
                f"The stack file changes more than the tokens: {shorten(others)}. Bring that up first: "
                f"{stack_names.up(self.stack)}, then this again."
            )
        return tokens


def _belongs(step: Step) -> bool:
    name = step.urn.rpartition("::")[2]
    if name.endswith("-settings"):
        # The key of an app's bucket is on its standard input; what the stack file says is in its words.
        return step.keys <= {"stdin"}
    return step.kind in _TOKENS or step.kind == "pulumi:pulumi:Stack" or name.endswith(("-backup", "-refill"))


def shown(steps: Sequence[Step]) -> list[tuple[str, str]]:
    """What is created and what is deleted, for a table."""
    words = {"create": "new", "delete": "deleted last"}
    return [(words.get(step.operation, step.operation), step.urn.rpartition("::")[2]) for step in steps]
