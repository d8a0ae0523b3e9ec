"""A service gets another major version of PostgreSQL, with everything in it.

Name, password, links, schedule and keys stay those of the service; the old data is whole in a stopped service in the
end. A run that was cut off is finished by the same command, from the phase that it was in.
"""

from dataclasses import KW_ONLY, asdict, dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host, scratch_lock
from host.core.ownership import claim
from host.database import settings
from host.dokku.apps import require_dokku
from host.dokku.services import require_service
from host.postgres.psql import live
from host.upgrade import state
from host.upgrade.copy import Copy
from host.upgrade.course import Course, Upgraded
from host.upgrade.named import names, require_known
from host.upgrade.state import COPYING, UpgradeState
from host.values.old_services import old_service
from host.values.versions import major


@dataclass(frozen=True)
class RunUpgrade(Command, noun="upgrade", verb="run", lock=scratch_lock("{service}"), timed=("upgrade",)):
    """Bring a service to another major version. Until everything is copied a failure leaves the old one serving."""

    service: str
    _: KW_ONLY
    version: str
    hold_back: tuple[str, ...] = ()
    """Whose data may stay in the old service where the new version does not take it: roles or schemas."""

    def run(self, host: Host) -> None:
        """Nothing to do where the service has that version."""
        claim(host, f"services/{self.service}")
        require_dokku(host)
        require_service(host, self.service)
        begun = state.read(host, self.service)
        running = settings.read(host, self.service).version
        if begun is None and running == self.version:
            result = Upgraded(self.version, int(host.now()))
        else:
            result = Course(host, self.service, self._begin(host, begun, running), self.hold_back).run()
            self._say_who_came(host, result)
        host.step(f"{self.service}: PostgreSQL {self.version} answers")
        host.out.result(asdict(result))

    def _begin(self, host: Host, begun: UpgradeState | None, running: str) -> UpgradeState:
        """The upgrade to continue. HostError where that is another one, or where it cannot continue."""
        if begun and begun.phase != COPYING:
            if begun.version != self.version:
                raise HostError(
                    f"the upgrade of {self.service} to {begun.version} has begun; nothing was changed. Finish it "
                    f"first: ./petbase upgrade-database {begun.version}"
                )
            return begun
        if begun:
            host.step(f"{self.service}: was cut off, starting over")
            Copy(host, self.service, old_service(self.service, begun.version), begun.version).discard()
            state.forget(host, self.service)
        if major(running) >= major(self.version):
            raise HostError(
                f"{self.service} runs PostgreSQL {running}, and {self.version} is not a later major version; nothing "
                "was changed"
            )
        require_known(live(host, self.service), self.hold_back)
        return UpgradeState(COPYING, running, self.version, int(host.now()))

    def _say_who_came(self, host: Host, result: Upgraded) -> None:
        held = names(*result.held_back)
        for name in self.hold_back:
            if name not in held:
                host.step(f"{self.service}: {name} is not held back, since its data loads")
