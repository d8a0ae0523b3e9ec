"""The report for ./petbase doctor. The server makes it, and operate reads it back into the same types."""

from dataclasses import dataclass
from typing import Literal

from host.check.status import WatchReport
from host.copy.proof import Proof
from host.copy.settings import CopyStatus
from host.core.fact import Fact
from host.dokku.containers import Purpose
from host.files.status import FilesReport
from host.report.model.app import AppReport, UndeclaredApp
from host.report.model.database import DatabaseReport
from host.restore.facts import OldService, SetAside
from host.server.hardening.drift import Drift
from host.server.machine import Disk, Memory

HalfMadeKind = Literal["app", "service", "rename", "restart", "server", "upgrade"]


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


@dataclass(frozen=True)
class HalfMade:
    """Something that a run which was cut off left. `name` is of an app, a service, or a part of the server."""

    kind: HalfMadeKind
    name: str


@dataclass(frozen=True)
class PartialDump:
    """The beginning of a dump that was on its way for a restore. `changed` is in seconds of the epoch."""

    name: str
    changed: int


@dataclass(frozen=True)
class DumpCopy:
    """A dump inside the service's container, as /tmp/petbase_NAME. `changed` is in seconds of the epoch."""

    name: str
    bytes: int
    changed: int


@dataclass(frozen=True)
class Leftovers:
    """All of it."""

    half_made: tuple[HalfMade, ...]
    partial_dumps: tuple[PartialDump, ...]
    dump_copies: Fact[tuple[DumpCopy, ...]]
    set_aside: Fact[tuple[SetAside, ...]]
    old_services: Fact[tuple[OldService, ...]]
    containers: tuple[Purpose, ...] = ()
    """What containers to throw away are there for."""


@dataclass(frozen=True)
class MachineReport:
    """The machine. `now` is its clock in seconds of the epoch, `zone` its offset from UTC, such as +0000.

    `disk` is the fuller one of those that hold Dokku's data and Petbase's state.
    """

    now: int
    zone: str
    disk: Fact[Disk]
    memory: Fact[Memory]
    restart_wanted: bool


@dataclass(frozen=True)
class DokkuReport:
    """Versions, and the names of all apps and services. `plugin` is "" where dokku-postgres is not installed."""

    version: Fact[str]
    plugin: Fact[str]
    apps: Fact[tuple[str, ...]]
    services: Fact[tuple[str, ...]]


@dataclass(frozen=True)
class DoctorReport:
    """All of it. `apps` are those of the stack that are on the server.

    `hardening` is what was lost of it, None where the server is not hardened. `busy` are the locks that another run
    holds now: what it works on looks half made.
    """

    machine: MachineReport
    dokku: DokkuReport
    apps: tuple[AppReport, ...]
    undeclared_apps: tuple[UndeclaredApp, ...]
    undeclared_services: tuple[str, ...]
    database: DatabaseReport
    backups: BackupsReport
    hardening: Fact[tuple[Drift, ...]] | None
    leftovers: Leftovers
    busy: tuple[str, ...]

    def app(self, name: str) -> AppReport | None:
        """The app of this name; None where it is not on the server."""
        return next((app for app in self.apps if app.name == name), None)
