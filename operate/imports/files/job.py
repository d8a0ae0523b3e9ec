"""The course of an import of files: the source and the bucket looked at, agreed to, copied."""

import time
from dataclasses import dataclass

from operate.core import terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.core.progress import bytes_moving
from operate.files import usage
from operate.imports.files import plan as planning
from operate.imports.files import target as targets
from operate.imports.files import unfinished
from operate.imports.files.copying import Copying
from operate.imports.files.items import LeftOut, Source
from operate.imports.files.plan import Plan
from operate.imports.files.request import Asked, bucket_of, chosen
from operate.imports.files.target import Target
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Copied:
    """How it ended. `failed` are files that were planned and did not come."""

    plan: Plan
    files: int
    bytes: int
    failed: list[LeftOut]
    seconds: float


@dataclass(frozen=True)
class FilesJob:
    """Files from one source into an app's bucket."""

    stack: Stack
    app: str
    source: Source
    target: Target
    keep_newer: bool

    def look(self) -> Plan:
        """What would be copied. RefusedError where the source holds nothing, PetbaseError where one does not open."""
        with terminal.working(f"looking at {self.source.title}"):
            found = self.source.find()
            if not found.files and not found.left_out:
                raise RefusedError(f"{self.source.title} holds no files. Name another folder or bucket: --files")
            return planning.made(self.source, self.target, found, keep_newer=self.keep_newer)

    def used_elsewhere(self) -> int | None:
        """Bytes that dumps and the other apps' files take in R2; None where the bucket is not there."""
        if not self.target.bucket.key:
            return None
        others = sum(one.bytes for one in usage.of(self.stack) if one.app != self.app)
        return others + usage.of_dumps(self.stack)

    def run(self, plan: Plan) -> Copied:
        """Copy. PetbaseError where it ends early: what was copied is in the bucket, and the next run continues."""
        began = time.monotonic()
        uploads = unfinished.remembered(self.stack, self.target.bucket.name)
        with bytes_moving("into the bucket", plan.bytes) as moved:
            copying = Copying(self.source, self.target, uploads, moved)
            try:
                copying.run(plan.copies)
            except (PetbaseError, KeyboardInterrupt) as problem:
                reason = str(problem).rstrip(".") or "It was interrupted here"
                of_all = f"{len(copying.done):,} of {terminal.counted(len(plan.copies), 'file')}"
                raise PetbaseError(f"{reason}. Copied: {of_all}. To go on, run the same command again.") from None
        size = sum(one.file.size for one in copying.done)
        return Copied(plan, len(copying.done), size, copying.failed, time.monotonic() - began)


def of(stack: Stack, app: str, asked: Asked) -> FilesJob:
    """What the command line asks for. RefusedError for what cannot be."""
    own = bucket_of(stack, app)
    return FilesJob(stack, app, chosen(asked, own), targets.opened(own, asked.folder), asked.keep_newer)
