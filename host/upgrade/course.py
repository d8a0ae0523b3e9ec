"""The course of an upgrade: copying, changing places, restarting, opening the old data."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import MADE, record
from host.database import health
from host.dokku.apps import app_exists, is_deployed, restart
from host.dokku.services import linked_apps
from host.loading.verdict import Verdict
from host.postgres.psql import Psql, SqlError, beside, database_name
from host.restore.held_back import hold_back
from host.upgrade import data_folders, state
from host.upgrade.copy import Copy
from host.upgrade.hold import reopen
from host.upgrade.state import COPYING, DONE, EXCHANGING, OPENING, RESTARTING, UpgradeState
from host.values.old_services import old_service
from host.values.versions import major

_VERSION = "SHOW server_version_num;"


@dataclass(frozen=True)
class Upgraded:
    """What came of it. `restarted` are apps, `failed` those that did not start again; `began` is in seconds since 1970.

    `rows`, `tables` and `fingerprint` are what was compared; 0 and "" where there was nothing to do. `held_back` says
    whose data stays in the old service.
    """

    version: str
    began: int
    rows: int = 0
    tables: int = 0
    fingerprint: str = ""
    restarted: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    held_back: tuple[Verdict, ...] = ()


@dataclass
class Course:
    """One function per phase; each gives the state of the next one, which is noted before that begins."""

    host: Host
    service: str
    state: UpgradeState
    hold_back: tuple[str, ...] = ()
    restarted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def old(self) -> str:
        """The service beside: new until the exchange, old behind it."""
        return old_service(self.service, self.state.version)

    def run(self) -> Upgraded:
        # Held throughout: the database takes no session until the exchange is over.
        with self.host.lock(SERVICES_LOCK):
            self._run(COPYING, self._copy)
            self._run(EXCHANGING, self._exchange)
        self._run(RESTARTING, self._restart)
        with self.host.lock(SERVICES_LOCK):
            self._run(OPENING, self._open)
        state.forget(self.host, self.service)
        done = self.state
        ended = (tuple(self.restarted), tuple(self.failed), done.held_back)
        return Upgraded(done.version, done.began, done.rows, done.tables, done.fingerprint, *ended)

    def _run(self, phase: str, function: Callable[[], UpgradeState]) -> None:
        if self.state.phase == phase:
            state.write(self.host, self.service, self.state)
            self.state = function()
            state.write(self.host, self.service, self.state)

    def _copy(self) -> UpgradeState:
        try:
            return Copy(self.host, self.service, self.old, self.state.version, self.hold_back).run(self.state)
        except HostError:
            state.forget(self.host, self.service)
            raise

    def _exchange(self) -> UpgradeState:
        host, service = self.host, self.service
        host.step(f"{service}: changing places with {self.old}")
        host.dokku("postgres:stop", service)
        host.dokku("postgres:stop", self.old)
        data_folders.exchange(host, service, self.old, self.state.version, self.state.before)
        hold_back(host, self.old, self.state.held_back)
        record(host, f"services/{self.old}", MADE)
        self._start()
        return replace(self.state, phase=RESTARTING, restarts=tuple(linked_apps(host, service)))

    def _start(self) -> None:
        try:
            health.require_answer(self.host, self.service)
            number = Psql(self.host, self.service).value(_VERSION)
        except HostError as problem:
            raise HostError(
                f"{self.service} does not answer with PostgreSQL {self.state.version}; its earlier data is complete in "
                f"{self.old}. Look at: dokku postgres:logs {self.service}, then run the same command again",
                problem.tail,
            ) from None
        if int(number) // 10_000 != major(self.state.version):
            raise HostError(
                f"{self.service} runs {number} and not PostgreSQL {self.state.version}; its earlier data is complete "
                f"in {self.old}"
            )

    def _restart(self) -> UpgradeState:
        """Each app finds the new server by one restart: Docker's link knows the address of the old one."""
        apps = self.state.restarts
        for number, app in enumerate(apps, 1):
            if app_exists(self.host, app) and is_deployed(self.host, app):
                self.host.step(f"{self.service}: restarting {app} ({number} of {len(apps)})")
                (self.restarted if restart(self.host, app) else self.failed).append(app)
            self.state = replace(self.state, restarts=apps[number:])
            state.write(self.host, self.service, self.state)
        return replace(self.state, phase=OPENING)

    def _open(self) -> UpgradeState:
        """Let sessions into the old data for anyone who wants to look, and leave it stopped until then."""
        if self.host.ask("dokku", "postgres:start", self.old).ok:
            try:
                reopen(beside(self.host, self.old), database_name(self.service))
            except SqlError as problem:
                self.host.step(f"{self.old} does not open ({problem.reason}); its data is whole")
            self.host.dokku("postgres:stop", self.old)
        return replace(self.state, phase=DONE)
