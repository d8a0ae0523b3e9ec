"""What each Dokku noun does when it appears, changes and goes; text only.

A noun's script converges: it is sent when the thing appears and again whenever its text or its input changes, and does
nothing where all is as declared. The database has no script for going: data outlives code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.dokku.shell import Script, script

# The image that the plugin's backups use, and ours on top of it (host/backup/ensure.py).
S3BACKUP_IMAGE = "dokku/s3backup:0.18.0"
DUMP_IMAGE = "petbase/s3backup:0.18.0"


@dataclass(frozen=True)
class Noun:
    """How one noun comes and goes. `gone` is None where going must not touch the host."""

    here: Script
    gone: Script | None = None


def dokku_script(
    title: str,
    *files: str,
    values: Mapping[str, str],
    words: Sequence[str] = (),
    secrets: Sequence[str] = (),
) -> Script:
    """A script that asks Dokku: it first proves that Dokku answers (asks.sh)."""
    return script(title, "prelude", "marks", "asks", *files, values=values, words=words, secrets=secrets)


def yes(value: bool) -> str:
    """As the scripts compare it."""
    return "yes" if value else "no"
