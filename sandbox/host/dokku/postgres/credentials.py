"""Where dumps go and how they are locked: `postgres:backup-auth`, `-deauth`, `-set-encryption` and their opposites."""

import shutil
from pathlib import Path

from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.postgres import service

_FILES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_SIGNATURE_VERSION", "ENDPOINT_URL")
PASSPHRASE, PUBLIC_KEY = "ENCRYPTION_KEY", "ENCRYPT_WITH_PUBLIC_KEY_ID"


def folder(name: str) -> Path:
    """The service's credentials."""
    return service.root(name) / "backup"


def encryption(name: str) -> Path:
    """The service's passphrase or public key."""
    return service.root(name) / "backup-encryption"


def auth(call: Call) -> int:
    """`postgres:backup-auth SERVICE KEY-ID SECRET [REGION [SIGNATURE [ENDPOINT]]]`.

    Refused when there are credentials, whatever they are.
    """
    name = service.named(call.words)
    values = list(call.words[1:])
    if not values or not values[0]:
        raise say.RefusedError("Please specify an aws access key id")
    if len(values) < 2 or not values[1]:
        raise say.RefusedError("Please specify an aws secret access key")
    try:
        folder(name).mkdir()
    except FileExistsError as error:
        left, right = ("'", "'") if call.user == "dokku" else ("\u2018", "\u2019")
        raise say.RefusedError(
            f"mkdir: cannot create directory {left}{folder(name)}{right}: File exists", bare=True
        ) from error
    for file, value in zip(_FILES, values, strict=False):
        if value:
            files.write(folder(name) / file, value + "\n")
    return 0


def deauth(call: Call) -> int:
    """`postgres:backup-deauth SERVICE`: 0 without any as well."""
    shutil.rmtree(folder(service.of(call)), ignore_errors=True)
    return 0


def read(name: str) -> dict[str, str]:
    """What is there."""
    return {file: files.text(folder(name) / file) for file in _FILES if (folder(name) / file).exists()}


def set_passphrase(call: Call) -> int:
    """`postgres:backup-set-encryption SERVICE PASSPHRASE`"""
    return _set(call, PASSPHRASE, "Please specify a GPG backup passphrase")


def set_public_key(call: Call) -> int:
    """`postgres:backup-set-public-key-encryption SERVICE KEY-ID`"""
    return _set(call, PUBLIC_KEY, "Please specify a valid GPG Public Key ID (or fingerprint)")


def _set(call: Call, file: str, missing: str) -> int:
    name = service.named(call.words)
    if len(call.words) < 2 or not call.words[1]:
        raise say.RefusedError(missing)
    files.write(encryption(name) / file, call.words[1] + "\n")
    return 0


def unset_passphrase(call: Call) -> int:
    """`postgres:backup-unset-encryption SERVICE`"""
    return _unset(call, PASSPHRASE)


def unset_public_key(call: Call) -> int:
    """`postgres:backup-unset-public-key-encryption SERVICE`"""
    return _unset(call, PUBLIC_KEY)


def _unset(call: Call, file: str) -> int:
    path = encryption(service.of(call)) / file
    try:
        path.unlink()
    except FileNotFoundError as error:
        text = f"rm: cannot remove '{path.parent}//{file}': No such file or directory"
        raise say.RefusedError(text, bare=True) from error
    return 0
