"""One app on the server."""

from dataclasses import dataclass

import pulumi

from components.config.edge_defaults import urls
from components.config.spec import Estate
from components.dokku import lifecycle
from components.edits.renaming import rename_source, with_old_name
from components.resources.server import Server

_TYPE = "petbase:app:App"


@dataclass(frozen=True)
class AppArgs:
    """`stack` is PROJECT/STACK, `estate` says the domains."""

    stack: str
    estate: Estate
    server: Server


class App(pulumi.ComponentResource):
    """Makes one remote command: the app exists and answers to its domains. Going destroys an app that was made here,
    and only forgets one that was found; its schema stays either way.

    Outputs: `urls`, `git_remote`, `ready`.
    """

    urls: list[str]
    git_remote: pulumi.Output[str]
    ready: pulumi.Resource

    def __init__(self, name: str, args: AppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, with_old_name(args.estate, name, opts))
        spec, domains = args.estate.apps[name], args.estate.domains_of(name)
        noun = lifecycle.app(
            args.stack, name, domains, named=spec.domains is not None, moved=rename_source(args.estate, name)
        )
        own = pulumi.ResourceOptions(parent=self, depends_on=[args.server.ready])
        self.ready = args.server.host.send(f"{name}-app", noun, own)
        self.urls = urls(args.estate, name)
        self.git_remote = args.server.address.apply(lambda host: _git_remote(host, args.server.host.port, name))
        self.register_outputs({"urls": self.urls, "gitRemote": self.git_remote})


def _git_remote(host: str, port: int, app: str) -> str:
    return f"dokku@{host}:{app}" if port == 22 else f"ssh://dokku@{host}:{port}/{app}"
