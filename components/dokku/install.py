"""Brings the program to the server, by the only shell text of the project: Python may be missing there."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePosixPath

from components.dokku import program

# On standard input, since an error of pulumi-command says the whole command line. A function, so that a script that was
# cut off on its way runs nothing; `sh` reads it as it goes, so what it calls gets another input.
# The file is copied before it is compared, so that it cannot change in between; renamed last, so that no command ever
# meets half of it. A server that has this release already keeps it, also where the copy in /tmp is gone.
_INSTALL = """\
set -eu
bring() {
  [ "$(id -u)" = 0 ] || { echo "installing Petbase needs root, or sudo without a password"; exit 1; }
  if ! command -v python3 >/dev/null; then
    echo "installing python3"
    apt-get update -qq && apt-get install --yes -qq python3
  fi
  mkdir -p "$2"
  if [ ! -f "$file" ] && echo "$1  $2/petbase-host" | sha256sum --check --status 2>/dev/null; then
    echo "petbase-host is installed already"
    exit 0
  fi
  if [ ! -f "$file" ]; then
    echo "the program did not come; nothing was changed. Raise generation in the stack file and run pulumi up"
    exit 1
  fi
  install -m 755 "$file" "$2/incoming"
  rm -f "$file"
  if ! echo "$1  $2/incoming" | sha256sum --check --status; then
    rm -f "$2/incoming"
    echo "the program came damaged; nothing was changed. Raise generation in the stack file and run pulumi up"
    exit 1
  fi
  mv "$2/incoming" "$2/petbase-host"
  rm -rf "$2"/petbase-host-*
  python3 "$2/petbase-host" --compile
  echo "petbase-host is installed"
}
bring "$@" </dev/null
"""

# For a server that is not Petbase's: the program comes on standard input, and nothing of it stays there.
_RUN_ONCE = """\
set -eu
command -v python3 >/dev/null || { echo "there is no python3 on it, and so no Dokku"; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/petbase-host"
python3 -X utf8 "$folder/petbase-host" --json "$@" </dev/null
"""


def run_once(words: Sequence[str]) -> str:
    """The command that runs this checkout's program from its standard input, and leaves nothing behind."""
    return _run("root", _RUN_ONCE, *words)


def remote_path(stack: str, machine: str, generation: int) -> str:
    """Where SFTP puts the program first: a user with sudo can write nowhere else. A replaced server has the same
    address and the same key, so it is this path that makes the engine send the file again.
    """
    return f"/tmp/petbase-{stack}-{machine}-{generation}.pyz"


def install(stack: str, user: str) -> str:
    """The command that puts the program in its place, checked by its SHA-256, with `script` on its standard input."""
    return shlex.join([*program.sudo(user), "sh", "-s", "--", program.digest(), _folder(stack)])


def script(stack: str, machine: str, generation: int) -> str:
    """The standard input of `install`."""
    return f"file={shlex.quote(remote_path(stack, machine, generation))}\n{_INSTALL}"


def remove(stack: str, user: str) -> str:
    """The command that takes the program away."""
    return _run(user, 'rm -rf "$1"', _folder(stack))


def bring_beside(stack: str) -> str:
    """The command that takes this checkout's program on its standard input and puts it beside the installed one."""
    text = 'umask 022 && mkdir -p "$1" && cat >"$2+" && chmod 755 "$2+" && mv "$2+" "$2"'
    return _run("root", text, _folder(stack), program.beside_on_server(stack))


def _folder(stack: str) -> str:
    return str(PurePosixPath(program.path_on_server(stack)).parent)


def _run(user: str, text: str, *words: str) -> str:
    return shlex.join([*program.sudo(user), "sh", "-c", text, "petbase-install", *words])
