"""A stand-in for a store at another provider, for copies of dumps: locked, with a key that cannot delete."""

import secrets
from pathlib import Path

from sandbox.store import Store, account

BUCKET = "copies"
_KEY_ID, _LOCKED_SECONDS = "second-store", 90 * 86_400


def of(folder: Path) -> Store:
    """The one of the sandbox in this folder."""
    return Store(folder / "second-store")


def is_made(folder: Path) -> bool:
    """Whether it was ever started; a sandbox of before gets it at the next `make sandbox`."""
    return (of(folder).root / "store.json").exists()


def start(folder: Path) -> None:
    """Its bucket and key are what a person would have made there by hand."""
    store = of(folder)
    store.start()
    if BUCKET not in account.buckets(store.root):
        account.create_bucket(store.root, BUCKET)
        condition = {"type": "Age", "maxAgeSeconds": _LOCKED_SECONDS}
        account.put_lock(store.root, BUCKET, [{"id": "copies", "enabled": True, "prefix": "", "condition": condition}])
    if account.token(store.root, _KEY_ID) is None:
        account.put_token(store.root, _KEY_ID, secrets.token_hex(32), BUCKET, write=True, delete=False)


def config(folder: Path) -> dict[str, str]:
    """The keys that the stack file needs for it; not encrypted, as in the file of the checkout that they replace."""
    token = account.token(of(folder).root, _KEY_ID)
    assert token
    return {"petbase:copyAccessKeyId": token.token_id, "petbase:copySecretAccessKey": token.secret}
