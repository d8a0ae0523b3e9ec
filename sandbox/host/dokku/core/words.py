"""How words reach Dokku: in a list from a shell on the host, in one line from SSH."""

import os
import subprocess


def from_ssh(line: str) -> list[str]:
    """Split the line as Dokku does, by `xargs -n 1` and the echo that it calls.

    So a newline breaks a word, `-n` vanishes, and `--help` turns into echo's own.
    """
    done = subprocess.run(
        ["xargs", "-n", "1"],
        input=line + "\n",
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
    )
    return done.stdout.split("\n")[:-1]


def global_flags(words: list[str]) -> tuple[frozenset[str], list[str]]:
    """The flags in front of the verb, and the rest."""
    count = next((at for at, word in enumerate(words) if not word.startswith("--")), len(words))
    return frozenset(words[:count]), words[count:]
