"""Reads a stack: its outputs and its secrets, by the Pulumi CLI, which changes nothing and wants no language plugin.

Not the Automation API: its `select_stack` also selects the stack for the user's own next `pulumi` command.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from operate.core.errors import PetbaseError, masked
from operate.core.stack_names import SANDBOX
from operate.stack import stack_files
from operate.stack.outputs import Stack
from operate.stack.parse_outputs import parse

_SECONDS = 120


class NoStackError(PetbaseError):
    """The stack has a stack file, and was not made yet."""


def read(name: str | None) -> Stack:
    """What the stack exported for ./petbase. PetbaseError when it does not exist or cannot be opened."""
    stack = stack_files.chosen(name)
    said = pulumi(stack, "stack", "output", "--json", "--show-secrets")
    return parse(stack, json.loads(said).get("petbase", {}))


def secret(stack: str, key: str) -> str | None:
    """A secret of the stack's config, as in `petbase:backupPassphrase`; None when it is not set."""
    found = _config(stack, key)
    return None if found is None else found.rstrip("\n")


def number(stack: str, path: str) -> int | None:
    """A number of the stack's config by its path, as in `petbase:estate.generation`; None when it is not set."""
    found = _config(stack, "--path", path)
    return None if found is None else int(found)


def _config(stack: str, *words: str) -> str | None:
    try:
        return pulumi(stack, "config", "get", *words)
    except PetbaseError as problem:
        if "not found" in str(problem):
            return None
        raise


def set_number(stack: str, path: str, value: int) -> None:
    """Write a number into the stack file; its comments stay."""
    pulumi(stack, "config", "set", "--path", path, str(value))


def set_word(stack: str, path: str, value: str) -> None:
    """Write a text into the stack file; its comments stay."""
    pulumi(stack, "config", "set", "--path", "--type", "string", path, value)


def command(stack: str, *words: str) -> list[str]:
    """The CLI's words for a stack of the user's own, as the user's own shell would run them."""
    return _words(stack_files.CHECKOUT, stack, words)


def set_secret(stack: str, key: str, value: str) -> None:
    """Encrypt a secret into the stack file. The CLI reads it from its input, less one line break at the end."""
    pulumi(stack, "config", "set", "--secret", key, given=f"{value}\n")


def remove_key(stack: str, key: str) -> None:
    """Take a key out of the stack file."""
    pulumi(stack, "config", "rm", key)


def pulumi(stack: str, *words: str, given: str = "") -> str:
    """What a command of the CLI prints; one that runs no program and touches nothing that was made. Or PetbaseError.

    `given` is its standard input.
    """
    with _at_home(stack) as folder:
        command = _words(folder, stack, words)
        try:
            done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise PetbaseError(f"pulumi gave no answer in {_SECONDS} seconds; is the state's backend there?") from None
    if done.returncode:
        raise _problem(stack, done.stderr)
    return done.stdout


@contextmanager
def _at_home(stack: str) -> Iterator[Path]:
    """The project's folder; for the sandbox its own copy, state and passphrase, and none of the user's accounts."""
    if stack != SANDBOX:
        yield stack_files.CHECKOUT
        return
    project = stack_files.sandbox_project()
    from sandbox.engine import environment

    with environment.scrubbed(stack_files.sandbox_root()):
        yield project


def _words(folder: Path, stack: str, words: tuple[str, ...]) -> list[str]:
    return [_cli(), "--non-interactive", "--color", "never", "--cwd", str(folder), *words, "--stack", stack]


def _cli() -> str:
    from sandbox.engine import pulumi_cli

    found = shutil.which("pulumi") or pulumi_cli.cached()
    if found is None:
        raise PetbaseError(
            "The Pulumi CLI is not on PATH, so the stack cannot be read. Install it: https://www.pulumi.com/docs/install/"
        )
    return str(found)


def _problem(stack: str, said: str) -> PetbaseError:
    if "no stack named" in said:
        again = "make sandbox" if stack == SANDBOX else f"pulumi stack init {stack}, then pulumi up"
        return NoStackError(f"The stack {stack} was not made yet. Run: {again}")
    return PetbaseError(_reason(stack, said))


def _reason(stack: str, said: str) -> str:
    lines = [line.removeprefix("error: ") for line in said.strip().splitlines() if line.strip()]
    text = masked("; ".join(lines)) or "it printed nothing"
    if "passphrase" in text:
        return f"The secrets of {stack} are locked; set PULUMI_CONFIG_PASSPHRASE, as for pulumi up. Pulumi says: {text}"
    if "PULUMI_ACCESS_TOKEN" in text:
        return f"Pulumi does not know where the state is. Log in as for pulumi up: pulumi login. It says: {text}"
    if text.endswith("failed to load checkpoint: EOF"):
        mend = "find FOLDER -name '*.attrs' -size 0 -delete"
        return f"A run that was killed left half of the state of {stack}. In the folder of the state, run: {mend}"
    return f"pulumi could not read the stack {stack}: {text}"
