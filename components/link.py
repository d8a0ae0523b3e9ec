"""An app's room in the shared database."""

import hashlib
from dataclasses import dataclass

import pulumi

from components.app import App
from components.database import Database
from components.dokku import lifecycle
from components.server import Server
from components.spec import Estate

_TYPE = "petbase:link:AppLink"


@dataclass(frozen=True)
class AppLinkArgs:
    """`stack` is PROJECT/STACK, `estate` says the schema and the access."""

    stack: str
    estate: Estate
    server: Server
    database: Database
    app: App


class AppLink(pulumi.ComponentResource):
    """Makes one remote command: the app is linked; it has a login role and a schema, and a DATABASE_URL for them whose
    password is made on the server. Going unlinks and keeps schema, role and data.

    Outputs: `access` as it is on the host: a link found with tables in `public` keeps `superuser`.
    """

    access: pulumi.Output[str]
    ready: pulumi.Resource
    digest: str

    def __init__(self, name: str, args: AppLinkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, opts)
        schema, access = args.estate.schema_of(name), args.estate.apps[name].access
        restart = not args.estate.has_settings(name)
        noun = lifecycle.link(args.stack, args.database.service, name, schema, access, restart=restart)
        own = pulumi.ResourceOptions(parent=self, depends_on=[args.database.ready, args.app.ready])
        self.ready = command = args.server.host.send(f"{name}-link", noun, own)
        self.digest = hashlib.sha256(noun.here.text.encode()).hexdigest()
        self.access = command.stdout.apply(lambda said: said.rpartition(" ")[2].strip() or access)
        self.register_outputs({"schema": schema, "access": self.access})
