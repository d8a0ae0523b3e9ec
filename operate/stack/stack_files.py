"""The stack files of this checkout, and the sandbox's own copy: which stacks there are, and where each file is."""

import os
import re
from pathlib import Path

from operate.core.errors import PetbaseError, RefusedError
from operate.core.stack_names import SANDBOX as SANDBOX  # noqa: PLC0414 (the others of this kind are here)

CHECKOUT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
# What the annotated examples say where people must write their own.
_EXAMPLE_ACCOUNT, _EXAMPLE_DOMAIN = "0123456789abcdef0123456789abcdef", "example.com"


def chosen(name: str | None) -> str:
    """The stack that a verb works on; RefusedError when it has no stack file."""
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


def config_file(stack: str) -> Path:
    """The stack file that the CLI reads and writes: the sandbox has its own copy."""
    return sandbox_project() / f"Pulumi.{stack}.yaml" if stack == SANDBOX else stack_file(stack)


def sandbox_project() -> Path:
    """The sandbox's own copy of the project, which has its stack file. PetbaseError where there is no sandbox."""
    project = sandbox_root() / "project"
    if not project.exists():
        raise PetbaseError("There is no sandbox yet. Start one: make sandbox")
    return project


def sandbox_root() -> Path:
    """`.sandbox` in the checkout, or where PETBASE_SANDBOX points."""
    return Path(os.environ.get("PETBASE_SANDBOX") or CHECKOUT / ".sandbox").resolve()
