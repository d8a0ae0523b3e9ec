"""The report for ./petbase doctor. The server makes it, and operate reads it back into the same types."""

from __future__ import annotations

from dataclasses import dataclass

from host.core.fact import Fact
from host.report.model.app import AppReport, UndeclaredApp
from host.report.model.backups import BackupsReport
from host.report.model.database import DatabaseReport
from host.report.model.leftovers import Leftovers
from host.server.hardening.drift import Drift
from host.system.disk import Disk
from host.system.memory import Memory


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
