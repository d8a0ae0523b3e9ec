"""A dump now, by the plugin, as its schedule makes them."""

from dataclasses import dataclass

from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host


@dataclass(frozen=True)
class MakeDump(Command, noun="dump", verb="make", timed=("dump",)):
    """Dump a service into the bucket now, by the credentials that the schedule uses."""

    service: str
    target: str
    """The bucket, and the path in it where there is one."""
    stdin = NONE

    def run(self, host: Host) -> None:
        """HostError with what the plugin said last."""
        answer = host.ask("dokku", "postgres:backup", self.service, self.target)
        if not answer.ok:
            why = f"{self.service} could not be dumped to {self.target}; nothing was changed. Look at: ./petbase doctor"
            raise HostError(why, answer.output)
