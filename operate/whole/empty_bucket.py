"""A bucket, emptied: only what is the stack's own, and only once its lock is proven to be off."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from host.dumps.claim import object_name
from host.dumps.dump import SAFETY, VERIFIED
from operate.core import terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.dumps.objects import Object
from operate.dumps.s3 import StoreError
from operate.dumps.store import Store

_TRIES, _PACE = 10, 3.0
_AT_A_TIME = 8


def require_own(store: Store, objects: Sequence[Object]) -> None:
    """RefusedError when the bucket holds what this stack did not put there."""
    path, service = store.spec.prefix, store.service
    own = {f"{path}petbase-{service}.txt", f"{path}{object_name(service)}", _proof(store)}

    def known(key: str) -> bool:
        """By its whole name: that of a dump of db-staging begins as one of db."""
        dump = store.made_at(key.removeprefix(path).removeprefix(VERIFIED).removeprefix(SAFETY))
        folders = (f"{path}evidence/{service}/", f"{path}files/{service}/")
        return key.startswith(path) and bool(dump or key in own or key.startswith(folders))

    if strangers := [one.key for one in objects if not known(one.key)]:
        many = "" if len(strangers) == 1 else f" and {len(strangers) - 1} more"
        raise RefusedError(
            f"The bucket {store.spec.bucket} holds what is not of this stack: {strangers[0]}{many}. It would go with "
            "the bucket, so nothing was touched. Take it out, or: --keep-dumps"
        )


def require_unlocked(store: Store) -> None:
    """Write and remove an object where the lock was, so that a refusal comes before anything is removed."""
    key = _proof(store)
    for left in reversed(range(_TRIES)):
        try:
            store.put(key, b"./petbase teardown looks whether the lock is off.\n")
            store.remove(key)
        except StoreError as problem:
            if not left:
                raise PetbaseError(
                    f"The lock of {store.spec.bucket} was lifted, but nothing can be removed there: {problem} "
                    "Nothing else was removed."
                ) from None
            time.sleep(_PACE)  # rights that changed a moment ago take some seconds
        else:
            return


def empty(store: Store) -> int:
    """Remove every object; how many there were. StoreError when one stays."""
    objects = store.objects()
    require_own(store, objects)
    with terminal.working(f"emptying {store.spec.bucket}"), ThreadPoolExecutor(_AT_A_TIME) as pool:
        list(pool.map(store.remove, [one.key for one in objects]))
    return len(objects)


def _proof(store: Store) -> str:
    return f"{store.spec.prefix}postgres-{store.service}-teardown.txt"
