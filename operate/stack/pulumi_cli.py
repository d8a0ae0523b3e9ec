"""Reads a stack: its outputs and its secrets, by the Pulumi CLI, which changes nothing and wants no language plugin.

Not the Automation API: its `select_stack` also selects the stack for the user's own next `pulumi` command.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from operate.core.errors import PetbaseError, RefusedError, masked
from operate.core.stack_names import SANDBOX as SANDBOX  # noqa: PLC0414 (verbs take it from here)
from operate.stack.outputs import Stack
from operate.stack.parse_outputs import parse

CHECKOUT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_SECONDS = 120
# What the annotated examples say where people must write their own.
_EXAMPLE_ACCOUNT, _EXAMPLE_DOMAIN = "0123456789abcdef0123456789abcdef", "example.com"


class NoStackError(PetbaseError):
    """The stack has a stack file, and was not made yet."""


def chosen(name: str | None) -> str:
    """The stack that a verb is about; RefusedError when it has no stack file."""
    if name is None:
        prod = stack_file("prod")
        return "prod" if prod.exists() and not is_example(prod) else SANDBOX
    if not is_name(name) or not stack_file(name).exists():
        raise RefusedError(
            f"There is no stack file Pulumi.{name}.yaml; there is: {', '.join(with_a_file())}. Or: ./petbase init"
        )
    return name


def with_a_file() -> list[str]:
    """Every stack that has a stack file here."""
    return sorted(file.name.split(".", 1)[1].removesuffix(".yaml") for file in CHECKOUT.glob("Pulumi.*.yaml"))


def stack_file(name: str) -> Path:
    """Where the stack file of `name` is, or would be."""
    return CHECKOUT / f"Pulumi.{name}.yaml"


def is_example(file: Path) -> bool:
    """Whether it still has the example's account and domain."""
    import yaml

    try:
        estate = yaml.safe_load(file.read_text())["config"]["petbase:estate"]
        domain, account = str(estate["domain"]), estate["backups"]["account-id"]
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
        return False
    return account == _EXAMPLE_ACCOUNT and f".{domain}".endswith(f".{_EXAMPLE_DOMAIN}")


def is_name(name: str) -> bool:
    """Whether a stack may be called so: the name becomes part of a file's."""
    return _NAME.fullmatch(name) is not None


def read(name: str | None) -> Stack:
    """What the stack exported for ./petbase. PetbaseError when it does not exist or cannot be opened."""
    stack = chosen(name)
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
    return _words(CHECKOUT, stack, words)


def config_file(stack: str) -> Path:
    """The stack file that the CLI reads and writes: the sandbox has its own copy."""
    return _sandbox_project() / f"Pulumi.{stack}.yaml" if stack == SANDBOX else stack_file(stack)


def _sandbox_project() -> Path:
    project = sandbox_root() / "project"
    if not project.exists():
        raise PetbaseError("There is no sandbox yet. Start one: make sandbox")
    return project


def sandbox_root() -> Path:
    """`.sandbox` in the checkout, or where PETBASE_SANDBOX points."""
    return Path(os.environ.get("PETBASE_SANDBOX") or CHECKOUT / ".sandbox").resolve()


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
        yield CHECKOUT
        return
    project = _sandbox_project()
    from sandbox.engine import environment

    with environment.scrubbed(sandbox_root()):
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
