"""One app on the server."""

from dataclasses import dataclass, replace

import pulumi

from components.config.rules.edge_defaults import urls
from components.config.spec import Estate
from components.dokku.attempt import WithCommands
from components.edits.renaming import with_old_name
from components.resources.server import Server
from host.app.ensure import EnsureApp
from host.app.remove import RemoveApp

_TYPE = "petbase:app:App"


@dataclass(frozen=True)
class AppArgs:
    """`estate` says the domains, and the name that the app had."""

    estate: Estate
    server: Server


class App(WithCommands):
    """Makes one remote command: the app exists and answers to its domains. Removal destroys an app that was made here,
    and only forgets one that was found; its schema stays either way.

    Outputs: `urls`, `git_remote`, `ready`.
    """

    urls: list[str]
    git_remote: pulumi.Output[str]
    ready: pulumi.Resource

    def __init__(self, name: str, args: AppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, with_old_name(args.estate, name, opts))
        guarded = args.estate.protects(args.estate.apps[name])
        own = pulumi.ResourceOptions(parent=self, depends_on=[args.server.ready], protect=guarded)
        self.ready = args.server.host.command(f"{name}-app", _ensure(args.estate, name), RemoveApp(name), own)
        self.urls = urls(args.estate, name)
        self.git_remote = args.server.address.apply(lambda host: _git_remote(host, args.server.host.port, name))
        self.register_outputs({"urls": self.urls, "gitRemote": self.git_remote})


def _ensure(estate: Estate, name: str) -> EnsureApp:
    spec = estate.apps[name]
    declared = spec.domains is not None
    command = EnsureApp(name, domain=estate.domains_of(name), declared=declared, take_over=spec.take_over)
    if spec.was is None:
        return command
    return replace(command, renamed_from=spec.was, service=estate.database.service, schema=estate.schema_of(name))


def _git_remote(host: str, port: int, app: str) -> str:
    return f"dokku@{host}:{app}" if port == 22 else f"ssh://dokku@{host}:{port}/{app}"
