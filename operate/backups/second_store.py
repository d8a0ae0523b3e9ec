"""The second store: copying to it, run by hand, and what it and the bucket hold; either may be gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from host.copy.run import RunCopy
from host.copy.settings import CopyStatus
from host.values.json_values import from_json
from operate.backups import inventory
from operate.backups.inventory import Inventory
from operate.core import terminal
from operate.dumps.s3 import StoreError
from operate.dumps.store import Store
from operate.server import program
from operate.server.connection.errors import ends_without_us
from operate.server.ssh import Connection
from operate.stack.outputs import Backups, Stack


def copy(stack: Stack, connection: Connection) -> CopyStatus:
    """Run it to its end. PetbaseError where a verified dump has no copy then."""
    stack.at_copy()
    look = f"./petbase backups --stack {stack.name}"
    with ends_without_us(f"A copy that was begun ends on the server by itself; look: {look}"):
        found = program.call(stack, connection, RunCopy(stack.service), on_step=terminal.note)
    return from_json(CopyStatus, found, "copy")


@dataclass(frozen=True)
class Told:
    """What the second store holds, for people and for scripts."""

    words: str
    json: dict[str, Any]


def told(stack: Stack, now: datetime) -> Told:
    """Ask the second store, which takes the place of the first; that it does not open is an answer too."""
    spec, where = stack.backups, f"{stack.backups.target} at {stack.backups.endpoint}"
    place = {"bucket": spec.bucket, "path": spec.path, "endpoint": spec.endpoint, "keep_days": spec.keep_days}
    try:
        dumps = shelf(stack).dumps
    except StoreError as problem:
        return Told(f"does not open: {problem}", {**place, "dumps": None, "newest": None, "error": str(problem)})
    newest = dumps[0] if dumps else None
    json = {**place, "dumps": len(dumps), "newest": newest and newest.key, "error": None}
    if newest is None:
        return Told(f"no copy yet in {where}", json)
    number = f"{len(dumps)} cop{'y' if len(dumps) == 1 else 'ies'}"
    return Told(f"{number} in {where}; the newest is {newest.name}, {terminal.age(newest.made, now)} old", json)


def overdue(copy: Backups, shelf: Inventory, now: datetime) -> int:
    """How many copies are older than keep-days and two days more, by when a lifecycle rule had removed them."""
    last = now - timedelta(days=copy.keep_days + 2)
    return sum((one.own.modified if one.own else one.made) < last for one in shelf.dumps)


def shelves(stack: Stack) -> tuple[Inventory | None, Inventory | None]:
    """What each of the two holds; None for a store that does not open, which is said, or that is not there.

    StoreError where neither opens.
    """
    if stack.copy is None:
        return shelf(stack), None
    try:
        first = shelf(stack)
    except StoreError as problem:
        terminal.note(f"{problem} The rest describes the second store.")
        return None, shelf(stack.at_copy())
    try:
        return first, shelf(stack.at_copy())
    except StoreError as problem:
        terminal.note(f"The second store does not open: {problem}")
        return first, None


def shelf(stack: Stack) -> Inventory:
    """What one store holds. StoreError where it does not open."""
    with Store(stack) as store:
        return inventory.shelf(store)
