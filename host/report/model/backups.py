"""What a report says of the backups. Both ends of the connection use these types."""

from __future__ import annotations

from dataclasses import dataclass

from host.check.report import WatchReport
from host.copy.copied import CopyStatus
from host.copy.proof import Proof
from host.core.fact import Fact
from host.files.status import FilesReport


@dataclass(frozen=True)
class WriteProof:
    """A small file was written to the bucket. `not_removed` is why it could not be removed again; "" for no reason."""

    not_removed: str


@dataclass(frozen=True)
class BucketReport:
    """The bucket as the server itself opens it. `writes` is None where no proof was asked for."""

    opens: Fact[bool]
    writes: Fact[WriteProof] | None


@dataclass(frozen=True)
class CopyReport:
    """The second store, by what the server wrote down; `status` is of its last run, None for none yet.

    `proof` is what the key was seen to destroy there, None where the store was not reached.
    """

    status: CopyStatus | None
    proof: Proof | None


@dataclass(frozen=True)
class BackupsReport:
    """`schedule` is cron's line that makes dumps, "" for none; `watch` is what looks after them.

    `copy` is None where the server knows no second store, `files` where it backs up none.
    """

    schedule: Fact[str]
    bucket: BucketReport
    watch: WatchReport
    copy: CopyReport | None = None
    files: FilesReport | None = None
