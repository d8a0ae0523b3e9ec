"""An app's settings, for apps that have some in the stack file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pulumi

from components.config.rules.bucket_defaults import place_of, plain_variables, secret_variables, variable_names
from components.config.rules.edge_defaults import tls_of
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku.attempt import WithCommands
from components.edits import guards, refusals
from components.edits.renaming import with_old_name
from components.resources.app_bucket import AppBucket
from components.resources.link import AppLink
from components.resources.server import Server
from host.settings import table
from host.settings.ensure import EnsureSettings, RemoveSettings

_TYPE = "petbase:settings:AppSettings"
_DIGITS = 8


@dataclass(frozen=True)
class AppSettingsArgs:
    """`estate` has the settings, `secrets` the values of the secret variables, `bucket` the key of a bucket in R2."""

    estate: Estate
    secrets: Secrets
    server: Server
    link: AppLink
    bucket: AppBucket | None = None


class AppSettings(WithCommands):
    """Makes one remote command, after the link: the settings as declared, what is no longer named reset, and one
    restart of a deployed app for the link's changes and these together. Removal resets what was set here.

    Outputs: `names` of the variables, `ready`.
    """

    ready: pulumi.Resource

    def __init__(self, name: str, args: AppSettingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, with_old_name(args.estate, name, opts))
        settings = settings_of(args.estate, name)
        guarded = args.estate.protects(args.estate.apps[name])
        hooks = guards.binding(f"{refusals.BUCKET}{name}") if guarded else None
        self.ready = args.server.host.command(
            f"{name}-settings",
            EnsureSettings.of_settings(name, settings, link=args.link.digest[:_DIGITS], **_bucket(args.estate, name)),
            RemoveSettings(name),
            pulumi.ResourceOptions(parent=self, depends_on=[args.link.ready], hooks=hooks),
            secrets=[_values({**args.secrets.apps[name], **_keys(args, name)})],
        )
        self.register_outputs({"names": list(settings.variables)})


def settings_of(estate: Estate, name: str) -> table.AppSettings:
    """The app's settings as they are in the end."""
    settings, bucket = estate.apps[name].settings, estate.apps[name].bucket
    return replace(
        settings,
        env={**settings.env, **plain_variables(estate, name)},
        secret_env=(*settings.secret_env, *secret_variables(bucket)),
        ports=_ports(settings.ports, https=tls_of(estate, name) != "none"),
    )


def output(estate: Estate, name: str) -> dict[str, Any]:
    """What the stack tells of an app's settings, as far as it has some: of secret variables the names alone."""
    return settings_of(estate, name).declared()


def _ports(declared: Sequence[str], *, https: bool) -> tuple[str, ...]:
    """`certs:add` opens 443 beside a declared 80 (contract 583), so that belongs to the ports of an app with TLS."""
    plain = [port for port in declared if port.startswith("http:80:")]
    open_already = any(port.startswith("https:443:") for port in declared)
    return (*declared, *(f"https:443:{port.rpartition(':')[2]}" for port in plain if https and not open_already))


def _bucket(estate: Estate, app: str) -> dict[str, Any]:
    """What the server must know of a bucket in R2; nothing of the user's own."""
    spec, place = estate.apps[app].bucket, place_of(estate, app)
    if spec is None or place is None or not place.key:
        return {}
    return {"bucket": place.key, "bucket_variable": variable_names(spec)}


def _keys(args: AppSettingsArgs, name: str) -> dict[str, pulumi.Output[str]]:
    """The key of a bucket in R2. Of another store's bucket it is among the secrets."""
    if args.bucket is None:
        return {}
    keys = args.bucket.keys
    names = secret_variables(args.estate.apps[name].bucket)
    return dict(zip(names, (keys.access_key_id, keys.secret_access_key), strict=True))


def _values(secrets: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
    """The secret variables as one JSON object."""
    values: pulumi.Output[list[str]] = pulumi.Output.all(*secrets.values())
    return values.apply(lambda found: json.dumps(dict(zip(secrets, found, strict=True))))
