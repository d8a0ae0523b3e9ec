"""The way in: who calls, with what words, and what to do."""

import importlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sandbox.host.dokku import table
from sandbox.host.dokku.core import fault, paths, say, words
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.system.plugin import KNOWN

ROOT_ONLY = "This command must be run as root"


def run(argv: list[str]) -> int:
    """Answer one call; the exit code."""
    _die_of_a_closed_pipe()
    user = "dokku" if os.environ.get("USER") == "dokku" else "root"
    line = os.environ.pop("SSH_ORIGINAL_COMMAND", None) if user == "dokku" else None
    found = words.from_ssh(line) if line is not None else argv
    flags, rest = words.global_flags(found)
    say.quiet = "--quiet" in flags
    try:
        fault.top_level(found, user)
        return answer(Call(rest[0] if rest else "help", tuple(rest[1:]), flags, user), found)
    except RuntimeError as error:
        say.warn(f"(stand-in) {error}")
        return 1
    except say.RefusedError as refusal:
        if refusal.text:
            (say.err if refusal.bare else say.warn)(refusal.text)
        return refusal.code


def answer(call: Call, found: list[str]) -> int:
    """Find the verb's function and call it."""
    if call.user != "root" and table.needs_root(call.verb):
        raise say.RefusedError(ROOT_ONLY)
    where = table.VERBS.get(call.verb)
    plugin = call.verb.partition(":")[0]
    if where is None or (plugin in KNOWN and not (paths.PLUGINS / "enabled" / plugin).exists()):
        say.warn(f"`{' '.join(found)}` is not a dokku command.")
        say.warn("See `dokku help` for a list of available commands.")
        return 1
    module, _, name = where.partition(":")
    function: Callable[[Call], int] = getattr(importlib.import_module(f"sandbox.host.dokku.{module}"), name)
    return function(call)


def _die_of_a_closed_pipe() -> None:
    """Die of SIGPIPE like the shell scripts that Dokku is made of, unless the caller ignores it (`trap '' PIPE`).

    Python ignores it from the start, so the caller is asked.
    """
    status = Path(f"/proc/{os.getppid()}/status")
    ignored = 0
    if status.exists():
        found = [row.split()[1] for row in status.read_text().splitlines() if row.startswith("SigIgn:")]
        ignored = int(found[0], 16) if found else 0
    if not ignored >> (signal.SIGPIPE - 1) & 1:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def main() -> None:
    """The process."""
    try:
        code = run(sys.argv[1:])
    except BrokenPipeError:
        code = 1
    sys.stdout.flush()
    # No interpreter teardown: a verb is done when it has answered.
    os._exit(code)
