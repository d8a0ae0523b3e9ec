"""Shell text: words, quoting, secrets on stdin, the prelude. Knows neither Dokku nor Pulumi.

A script is a file under `scripts/` that people and shellcheck can read. Values enter it in one place only: as variables
and positional words, each quoted once, here. So no other code of the project builds shell text, and a preview shows the
whole command.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SCRIPTS = Path(__file__).parent / "scripts"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_END = "end"


@dataclass(frozen=True)
class Script:
    """A script as it is sent: its text, and the names of the secrets that it reads from stdin, in this order."""

    text: str
    secrets: tuple[str, ...] = ()


def script(
    title: str,
    *files: str,
    values: Mapping[str, str],
    words: Sequence[str] = (),
    secrets: Sequence[str] = (),
) -> Script:
    """The files of `scripts/` in order, behind their values.

    `values` become shell variables, `words` the positional parameters, `secrets` variables that are read from stdin
    before any verb runs. ValueError for a variable's name that the shell would not take.
    """
    _check(*values, *secrets)
    head = _head(title, values)
    if words:
        head.append(f"set -- {shlex.join(words)}")
    return Script("\n".join([*head, _reads(secrets), *_bodies(files)]) + "\n", tuple(secrets))


def session(title: str, *files: str, values: Mapping[str, str]) -> str:
    """The same for what a person sits at: stdin is the caller's own, so no secret is read and no prelude is needed."""
    _check(*values)
    return "\n".join([*_head(title, values), *_bodies(files)]) + "\n"


def stdin(machine: str, generation: int, secrets: Sequence[str] = ()) -> str:
    """What a script reads: whose disk it is meant for, its secrets, and a last line that proves it came whole.

    The first line is read and dropped: it is there so that a new server, or a raised generation, changes an input of
    every command and so runs it again. ValueError for a secret with a line break, which would shift all the others.
    """
    for secret in secrets:
        if "\n" in secret or "\r" in secret:
            raise ValueError("a secret holds a line break; set it again without one")
    return "\n".join([f"{machine} {generation}", *secrets, _END]) + "\n"


def line(*words: str) -> str:
    """One command, each word quoted once; for what only looks, and for a single verb."""
    return shlex.join(words)


def as_root(text: str, user: str) -> str:
    """The text as `user` must send it; a user other than root needs sudo without a password."""
    return text if user == "root" else f"sudo --non-interactive sh -c {shlex.quote(text)}"


def value_of(text: str, name: str) -> str | None:
    """The value that a script's text gives to a variable; None where it gives none. Tells an old text from a new."""
    line = re.search(rf"^{name}=(.*)$", text, re.MULTILINE)
    return shlex.split(line[1])[0] if line and line[1] else None


def _check(*names: str) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f'"{name}" is no name for a shell variable')


def _head(title: str, values: Mapping[str, str]) -> list[str]:
    return [f"# {title}", "set -eu", *(f"{name}={shlex.quote(value)}" for name, value in values.items())]


def _bodies(files: Sequence[str]) -> list[str]:
    return [line for file in files for line in _lines(file)]


def _lines(file: str) -> list[str]:
    """The file without its comments: a better comment in a later release must not send every script again."""
    lines = (_SCRIPTS / f"{file}.sh").read_text().splitlines()
    return [line for line in lines if line and not line.lstrip().startswith("#")]


def _reads(secrets: Sequence[str]) -> str:
    reads = " && ".join(f"IFS= read -r {name}" for name in ("_", *secrets, "last"))
    whole = f'{{ {reads} && [ "$last" = {_END} ]; }}'
    return f'{whole} || {{ echo "the standard input came cut off; nothing was done"; exit 65; }}'
