"""The report for ./petbase status and its page. The server makes it, and operate reads it back into the same types."""

from dataclasses import dataclass

from host.check.history import Point
from host.check.status import WatchReport
from host.core.fact import Fact
from host.files.status import FilesReport
from host.report.model.app import Certificate, Running
from host.report.model.database import PostgresReport
from host.report.model.doctor import MachineReport
from host.schema.model import Schema


@dataclass(frozen=True)
class AppStatus:
    """An app. `last_deploy` is when its code last came, in seconds of the epoch; 0 where Dokku does not know."""

    name: str
    exists: bool
    deployed: Fact[bool]
    running: Fact[Running]
    last_deploy: Fact[int]
    certificate: Fact[Certificate]


@dataclass(frozen=True)
class DrillStatus:
    """The newest restore test that ended well. `at` is in seconds of the epoch, 0 for none; `dump` is its name."""

    at: int
    dump: str


@dataclass(frozen=True)
class StatusReport:
    """All of it. `database` is Docker's word for the service's container, or `missing`.

    `history` and `schemas` are empty where only the lines were asked for; `files` is None where none are backed up.
    """

    machine: MachineReport
    apps: tuple[AppStatus, ...]
    database: Fact[str]
    postgres: Fact[PostgresReport]
    watch: WatchReport
    drill: DrillStatus
    history: tuple[Point, ...]
    schemas: Fact[tuple[Schema, ...]]
    files: FilesReport | None = None
