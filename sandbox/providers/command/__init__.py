"""The command provider's stand-in: `remote.Command` and `remote.CopyToRemote` over real SSH and SFTP, by
pulumi-command 1.2.1's rules and in its words (tests/sandbox/providers/command asks either). Unlike the real one, it
closes a connection when its command has ended, and says so where that one would hang. asyncssh is imported where
something is run or copied: that takes a third of the CPU with which all four stand-ins start.
"""

from pathlib import Path

from sandbox.providers.provider import Provider
from sandbox.providers.schema import load

from .copy_to_remote import CopyToRemote
from .remote import Command


def provider(root: Path) -> Provider:
    """The provider, as plugin.py's launcher starts it. `root` is not used: what a command did lives on its host."""
    return Provider(load("command"), root, {kind.token: kind for kind in (Command, CopyToRemote)}, {})
