"""An app's variables and ports, for apps that have some in the stack file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.config.edge_defaults import tls_of
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import lifecycle
from components.edits.renaming import with_old_name
from components.resources.link import AppLink
from components.resources.server import Server

_TYPE = "petbase:settings:AppSettings"


@dataclass(frozen=True)
class AppSettingsArgs:
    """`stack` is PROJECT/STACK, `estate` names ports and variables, `secrets` hold the secret ones' values."""

    stack: str
    estate: Estate
    secrets: Secrets
    server: Server
    link: AppLink


class AppSettings(pulumi.ComponentResource):
    """Makes one remote command, after the link: variables and ports as declared, what is no longer named gone, and one
    restart of a deployed app for the link's changes and these together. Going removes what was set here.

    Outputs: `names` of the variables, `ready`.
    """

    ready: pulumi.Resource

    def __init__(self, name: str, args: AppSettingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, with_old_name(args.estate, name, opts))
        spec = args.estate.apps[name]
        self.ready = args.server.host.send(
            f"{name}-settings",
            lifecycle.settings(args.stack, name, spec, https=tls_of(args.estate, name) != "none"),
            pulumi.ResourceOptions(parent=self, depends_on=[args.link.ready]),
            secrets=[args.link.digest, _assignments(args.secrets.apps[name])],
        )
        self.register_outputs({"names": [*spec.env, *spec.secrets]})


def output(estate: Estate, name: str) -> dict[str, Any]:
    """What the stack tells of an app's settings, as far as it has some: of secret variables the names alone."""
    spec = estate.apps[name]
    wait = spec.checks.wait_to_retire_seconds
    kinds = {
        "env": dict(spec.env),
        "secrets": list(spec.secrets),
        "ports": lifecycle.ports(spec.ports, https=tls_of(estate, name) != "none"),
        "scale": dict(spec.scale),
        "checksDisabled": spec.checks.disabled,
        "waitToRetire": "" if wait is None else str(wait),
        "storage": list(spec.storage),
        "resources": spec.resources.limits,
    }
    return {kind: value for kind, value in kinds.items() if value}


def _assignments(secrets: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
    """The secret variables as one line; their values hold no space (components/config/types.py)."""
    values: pulumi.Output[list[str]] = pulumi.Output.all(*secrets.values())
    return values.apply(lambda found: " ".join(f"{name}={value}" for name, value in zip(secrets, found, strict=True)))
