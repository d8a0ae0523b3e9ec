"""The passphrases of dumps: those that are known here, and how one is named without being shown.

An encrypted file does not show which passphrase it needs. So a passphrase has a fingerprint, which the recovery sheet
prints and an error repeats: two sheets and an error tell which passphrase a dump of that time wants.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from operate.core.errors import RefusedError
from operate.dumps import archive
from operate.stack import pulumi_cli

VARIABLE = "PETBASE_BACKUP_PASSPHRASE"
CONFIG_KEY = "petbase:backupPassphrase"


def fingerprint(passphrase: str) -> str:
    """Eight hex digits that name a passphrase. Slow on purpose, so that they are no help in guessing it."""
    return hashlib.scrypt(passphrase.encode(), salt=b"petbase dumps", n=1 << 14, r=8, p=1, dklen=4).hex()


def unlock(path: Path, target: Path, stack: str) -> None:
    """Decrypt a dump by a known passphrase. RefusedError when none is known, PassphraseError when none opens it."""
    tried = known(stack)
    for passphrase in tried:
        with suppress(archive.PassphraseError):
            archive.unlock(path, target, passphrase)
            return
    raise wrong_passphrase_error(path.name, tried)


def known(stack: str) -> dict[str, str]:
    """The passphrases that may open a dump, in this order, and where each is from. RefusedError when there is none."""
    found: dict[str, str] = {}
    for source, passphrase in _known(stack):
        found.setdefault(passphrase, source)
    if not found:
        raise RefusedError(
            f"The dump is encrypted and its passphrase is not known here. Set {VARIABLE}, "
            f"or: pulumi config set --secret {CONFIG_KEY} --stack {stack}"
        )
    return found


def wrong_passphrase_error(name: str, tried: Mapping[str, str]) -> archive.PassphraseError:
    """The error for a dump that none of them opens."""
    words = " and ".join(f"{fingerprint(passphrase)} of {source}" for passphrase, source in tried.items())
    return archive.PassphraseError(
        f"The passphrase does not open {name}; tried, by its fingerprint: {words}. Was it changed since? "
        f"Set {VARIABLE} to the one of that time; its recovery sheet names it."
    )


def _known(stack: str) -> Iterator[tuple[str, str]]:
    """What the caller's environment says first, then the stack's own: where it comes from, and its text."""
    if given := os.environ.get(VARIABLE):
        yield VARIABLE, given
    if own := pulumi_cli.secret(stack, CONFIG_KEY):
        yield CONFIG_KEY, own
