"""What Dokku prints: its arrows, its refusals, its exit codes."""

import sys
from collections.abc import Mapping

NO_SUCH_APP = 20

quiet = False


class RefusedError(Exception):
    """A verb that says no: the text goes to stderr behind ` !     `, unless `bare`, as other programs' errors are."""

    def __init__(self, text: str, code: int = 1, *, bare: bool = False) -> None:
        super().__init__(text)
        self.text, self.code, self.bare = text, code, bare


def out(text: str = "", end: str = "\n") -> None:
    """One line as it is, at once: a caller that went away is noticed at the next write, as on the real thing."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def err(text: str) -> None:
    """One line on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def step(text: str) -> None:
    """`-----> text`"""
    if not quiet:
        out(f"-----> {text}")


def title(text: str) -> None:
    """`=====> text`"""
    if not quiet:
        out(f"=====> {text}")


def detail(text: str) -> None:
    """Indented below a step."""
    if not quiet:
        out(f"       {text}")


def warn(text: str) -> None:
    """A warning, or a refusal's line."""
    err(f" !     {text}")


def aligned(pairs: Mapping[str, str], indent: str = "") -> None:
    """`NAME:  value`, the values below each other."""
    width = max((len(name) for name in pairs), default=0) + 1
    for name, value in pairs.items():
        out(f"{indent}{name + ':':<{width}}  {value.strip()}")  # only the screen loses blanks (record 631)


def confirm(name: str, what: str) -> str:
    """The warning of a destructive verb, then the line typed in answer (`""` when there is none)."""
    warn("WARNING: Potentially Destructive Action")
    warn(f"This command will destroy {what}.")
    warn(f'To proceed, type "{name}"')
    return sys.stdin.readline()
