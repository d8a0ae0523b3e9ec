"""An app's link to the shared database: its role and its schema there."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi

from components.config.spec import Estate
from components.dokku.attempt import WithCommands
from components.dokku.link_options import LinkOptions
from components.edits import guards, refusals
from components.edits.renaming import with_old_name
from components.resources.app import App
from components.resources.database import Database
from components.resources.server import Server
from host.core.command import words
from host.link.ensure import EnsureLink, RemoveLink

_TYPE = "petbase:link:AppLink"


@dataclass(frozen=True)
class AppLinkArgs:
    """`estate` says the schema and the access. `after` are the links whose schemas take a new name: an app that reads
    one of those schemas would otherwise make an empty one of that name.
    """

    estate: Estate
    server: Server
    database: Database
    app: App
    after: Sequence[pulumi.Resource] = ()


class AppLink(WithCommands):
    """Makes one remote command: the app is linked; it has a login role and a schema, and a DATABASE_URL for them whose
    password is made on the server. Going unlinks and keeps schema, role and data.

    Outputs: `access` as it is on the host: a link found with tables in `public` keeps `superuser`.
    """

    access: pulumi.Output[str]
    ready: pulumi.Resource
    digest: str

    def __init__(self, name: str, args: AppLinkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, with_old_name(args.estate, name, opts))
        spec, schema = args.estate.apps[name], args.estate.schema_of(name)
        create = EnsureLink(
            name,
            service=args.database.service,
            schema=schema,
            access=spec.access,
            was=spec.was or "",
            restart=not spec.has_settings,
            **LinkOptions.of(spec).fields(),
        )
        delete = RemoveLink(name, service=args.database.service)
        after = [args.database.ready, args.app.ready, *args.after]
        hooks = guards.binding(f"{refusals.SCHEMA}{name}") if args.estate.protects(spec) else None
        own = pulumi.ResourceOptions(parent=self, depends_on=after, hooks=hooks)
        self.ready = command = args.server.host.command(f"{name}-link", create, delete, own)
        self.digest = hashlib.sha256(shlex.join(words(create)).encode()).hexdigest()
        self.access = command.stdout.apply(lambda said: said.rpartition(" ")[2].strip() or spec.access)
        self.register_outputs({"schema": schema})


def link_all(wanted: Mapping[str, AppLinkArgs]) -> dict[str, AppLink]:
    """A link for each app, by its name; those that take a new name come before the others."""
    renamed = {name: AppLink(name, args) for name, args in wanted.items() if args.estate.apps[name].was}
    first = [link.ready for link in renamed.values()]
    others = {name: AppLink(name, replace(args, after=first)) for name, args in wanted.items() if name not in renamed}
    return renamed | others
