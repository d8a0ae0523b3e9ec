"""What is on the server and not this stack's: it would go with the server, and no dump of this stack holds it."""

import dataclasses
from dataclasses import dataclass

from host.core.command import NONE, Command
from host.core.host import Host
from host.core.ownership import stack_of


@dataclass(frozen=True)
class Other:
    """An app or a service. `owner` is another stack, or "" where none is known."""

    kind: str
    name: str
    owner: str


@dataclass(frozen=True)
class ListOthers(Command, noun="server", verb="others"):
    """List the apps and database services that are not this stack's, as JSON."""

    stdin = NONE

    def run(self, host: Host) -> None:
        """What Dokku lists, by its owner."""
        found = [
            Other(kind, name, owner)
            for kind, verb in (("app", "apps:list"), ("service", "postgres:list"))
            for name in host.dokku("--quiet", verb).split()
            for owner in [stack_of(host, f"{kind}s/{name}")]
            if owner != host.stack
        ]
        host.out.result([dataclasses.asdict(other) for other in found])
