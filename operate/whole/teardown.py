"""The end of a stack: a last dump, then what can be refused, then everything else, and the bucket last or not at all.

Each step asks the state what is left, so a run that was cut off is finished by the same command. Nothing here needs an
edit of the stack file, and `pulumi up` makes the estate again.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from components.edits.bucket_unlock import VARIABLE
from host.server.others import ListOthers, Other
from operate.backups import drills, inventory
from operate.backups.inventory import Inventory
from operate.core import terminal
from operate.core.errors import RefusedError
from operate.dumps import dumps
from operate.dumps.make import make_dump
from operate.dumps.store import Store
from operate.server import program
from operate.server.ssh import Connection
from operate.stack import state
from operate.stack.deployment import Engine
from operate.stack.outputs import Stack
from operate.stack.state import State
from operate.whole import empty_bucket

_BUCKET, _LOCK, _TOKENS = "R2Bucket", "R2BucketLock", ("AccountToken", "ApiToken")


@dataclass(frozen=True)
class Teardown:
    """One stack's. `everything`: the dumps go too."""

    stack: Stack
    deployment: Engine
    everything: bool

    @property
    def again(self) -> str:
        """The command that continues it."""
        return f"./petbase teardown {'--everything' if self.everything else '--keep-dumps'} --stack {self.stack.name}"

    @property
    def bucket_goes(self) -> bool:
        """Whether the bucket is Petbase's, and is deleted."""
        return self.everything and self.stack.backups.store == "r2" and not self.stack.backups.found

    @property
    def sentence(self) -> str:
        """What a person types, or a script says."""
        name, bucket = self.stack.name, self.stack.backups.bucket
        return f"tear down {name} and {bucket} with every dump" if self.bucket_goes else f"tear down {name}"

    def left(self) -> State:
        """What the state holds now."""
        return state.read(self.stack.name)

    def shelf(self) -> Inventory:
        """The dumps that there are. RefusedError where the bucket would go with what is not the stack's."""
        if not self._opens(self.left()):
            return Inventory()
        with Store(self.stack) as store:
            if self.bucket_goes:
                empty_bucket.require_own(store, store.objects())
            return inventory.shelf(store)

    def require_alone(self, connection: Connection) -> None:
        """RefusedError when the server, which is deleted, holds apps or databases of another stack, or of none."""
        others = [Other(**one) for one in program.call(self.stack, connection, ListOthers())]
        if others:
            found = [f"the {one.kind} {one.name}" + (f" ({one.owner})" if one.owner else "") for one in others]
            raise RefusedError(
                f"The server is deleted, and with it what does not belong to the stack {self.stack.name}: "
                f"{', '.join(found)}. No dump of this stack holds that, so nothing was touched. Tear that stack down "
                "first, or remove it by hand (dokku apps:destroy, dokku postgres:destroy)."
            )

    def last_dump(self, connection: Connection) -> str | None:
        """A dump now, read back and restored for practice, and where it will be: here, or in the bucket, for good."""
        with Store(self.stack) as store, tempfile.TemporaryDirectory(prefix="petbase-") as folder:
            with terminal.working(f"making the last dump of {self.stack.service}"):
                made = make_dump(self.stack, connection, store, Path(folder)).dump
            terminal.note(f"last dump: {made.key}, {terminal.size(made.size)}, read back")
        drills.require_good(self.stack, connection, made.key)
        if self.everything:
            return self.download()
        if self.stack.backups.found:
            return f"{made.key}, read back"
        return f"{made.key}, test-restored; the bucket's rules never delete its copy under verified/"

    def download(self) -> str | None:
        """Download the newest dump into this folder, where a run that continues finds it; None where there is none."""
        with Store(self.stack) as store:
            found = [dump for dump in store.dumps() if dump.counts] if self._opens(self.left()) else []
            if not found:
                return None
            target = Path(found[0].name)
            if not target.exists():
                part = dumps.part_of(found[0], target.parent, target.name)
                dumps.download(store, found[0], part)
                part.replace(target)
        return f"{target}, in this folder: the only one there will be"

    def run(self, before: State) -> None:
        """Remove all of it. What the account may refuse comes first, while nothing is removed yet."""
        bucket = self.stack.backups.bucket
        empties = self.bucket_goes and self._opens(before)
        if empties and before.bucket_part(_LOCK):
            terminal.note(f"lifting the lock of {bucket}")
            parts = (before.bucket_part(kind) for kind in (_LOCK, *_TOKENS))
            self.deployment.up_only([urn for urn in parts if urn], {VARIABLE: bucket})
            with Store(self.stack) as store:
                empty_bucket.require_unlocked(store)
        if before.others:
            self.deployment.destroy([one.urn for one in before.bucket])
        if empties:
            with Store(self.stack) as store:
                terminal.note(f"{bucket} held {empty_bucket.empty(store)} objects, which are gone")
        if self.everything:
            self.deployment.destroy()

    def shut(self, found: State) -> bool:
        """Whether the bucket is there and nothing of the stack opens it: `pulumi destroy` ended at what is in it."""
        return found.bucket_part(_BUCKET) is not None and not self._opens(found)

    def _opens(self, found: State) -> bool:
        """Whether the bucket can still be read; its token goes when it is empty."""
        return self.stack.backups.store != "r2" or any(found.bucket_part(kind) for kind in _TOKENS)
