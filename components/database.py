"""The one shared PostgreSQL service."""

from dataclasses import dataclass

import pulumi

from components import refusals
from components.dokku import lifecycle
from components.server import Server
from components.spec import Estate

_TYPE = "petbase:database:Database"


@dataclass(frozen=True)
class DatabaseArgs:
    """`stack` is PROJECT/STACK; where the estate protects the database, another major is refused in the preview."""

    stack: str
    estate: Estate
    server: Server


class Database(pulumi.ComponentResource):
    """Makes one remote command: the service exists, has its version and settings, and answers a query.

    It has no script for going: when it leaves the stack, the service and its data stay on the server.
    Outputs: `service`, `version`, `ready`.
    """

    service: str
    ready: pulumi.Resource

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, opts)
        spec = args.estate.database
        self.service = spec.service
        hooks = refusals.binding(refusals.another_major()) if args.estate.protects(spec) else None
        own = pulumi.ResourceOptions(parent=self, depends_on=[args.server.ready], hooks=hooks)
        self.ready = args.server.host.send(f"{name}-service", lifecycle.database(args.stack, spec), own)
        self.register_outputs({"service": self.service, "version": spec.version})
