"""The words of a command as one line for a remote shell, each quoted once."""

import shlex


def line(*words: str) -> str:
    """One command, each word quoted once."""
    return shlex.join(words)


def as_root(text: str, user: str) -> str:
    """The text as `user` must send it; a user other than root needs sudo without a password."""
    return text if user == "root" else f"sudo --non-interactive sh -c {shlex.quote(text)}"
