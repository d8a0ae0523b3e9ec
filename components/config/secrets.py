"""The secrets of a stack: each a top-level config key, so that `pulumi config set --secret` is all that one needs.

Not nested in the estate: `require_object` gives nested `secure:` values as plain text, and they would show in a diff.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pulumi

from components.config.alert_spec import problem_of_address
from components.config.rules.bucket_defaults import secret_variables
from components.config.rules.edge_defaults import own_certificate
from components.config.spec import Estate
from components.config.values import pem
from components.config.values.secret_keys import (
    ALERT_URL,
    BACKUP_PASSPHRASE,
    CHANNEL,
    COPY_ACCESS_KEY_ID,
    COPY_SECRET_ACCESS_KEY,
    KNOWN,
    S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY,
    SSH_PRIVATE_KEY,
    problem_of_secret,
)


@dataclass(frozen=True, repr=False)
class Secrets:
    """The secrets that this estate uses; None where it uses none. Values are Outputs marked secret.

    `apps` holds each app's variables, `certificates` its own certificate, `channels` the addresses of the alerts: name
    to value.
    """

    ssh_private_key: pulumi.Output[str] | None
    backup_passphrase: pulumi.Output[str] | None
    alert_url: pulumi.Output[str] | None
    s3_access_key_id: pulumi.Output[str] | None
    s3_secret_access_key: pulumi.Output[str] | None
    copy_access_key_id: pulumi.Output[str] | None
    copy_secret_access_key: pulumi.Output[str] | None
    apps: Mapping[str, Mapping[str, pulumi.Output[str]]]
    certificates: Mapping[str, Mapping[str, pulumi.Output[str]]]
    channels: Mapping[str, pulumi.Output[str]]


def needed(estate: Estate) -> Iterator[tuple[str, str]]:
    """The secrets without which this estate cannot be made, each with the reason."""
    if estate.backups.encrypt:
        yield BACKUP_PASSPHRASE, "backups.encrypt is true"
    elif backed_up := [app for app, spec in estate.apps.items() if spec.backup]:
        yield BACKUP_PASSPHRASE, f"apps.{backed_up[0]}.backup is true"
    if estate.backups.store == "s3":
        yield S3_ACCESS_KEY_ID, "backups.store is s3"
        yield S3_SECRET_ACCESS_KEY, "backups.store is s3"
    if estate.backups.second:
        yield COPY_ACCESS_KEY_ID, "backups.copy is set"
        yield COPY_SECRET_ACCESS_KEY, "backups.copy is set"
    for name in estate.alerts:
        yield f"{CHANNEL}{name}", f"alerts.{name} is alerted there"
    for app, name in _variables(estate):
        declared = name in estate.apps[app].secrets
        yield f"{app}.{name}", f"apps.{app}.secrets names it" if declared else f"apps.{app}.bucket.store is s3"
    for app, name in _own(estate):
        yield f"{app}.{name}", f"apps.{app}.tls names it"


def known(estate: Estate) -> tuple[str, ...]:
    """Every secret key that this estate uses, or may use under the old name of an app that is renamed."""
    own = [(app, name) for app, name in (*_variables(estate), *_own(estate))]
    old = [(was, name) for app, name in own if (was := estate.apps[app].was)]
    return (*KNOWN, *_channels(estate), *(f"{app}.{name}" for app, name in (*own, *old)))


def unused(estate: Estate, keys: Iterable[str]) -> list[str]:
    """Secrets of apps and of channels, as in `shop.API_KEY`, that nothing in the stack file uses; by their keys without
    the prefix.
    """
    return [key for key in keys if "." in key and key not in known(estate)]


def _channels(estate: Estate) -> list[str]:
    return [f"{CHANNEL}{name}" for name in estate.alerts]


def _variables(estate: Estate) -> Iterator[tuple[str, str]]:
    """Those of the stack file, and the user's own keys of a bucket in another store than R2."""
    for app, spec in estate.apps.items():
        own = spec.bucket if spec.bucket and spec.bucket.store == "s3" else None
        yield from ((app, name) for name in (*spec.secrets, *secret_variables(own)))


def _own(estate: Estate) -> Iterator[tuple[str, str]]:
    found = {app: own_certificate(estate, app) for app in estate.apps}
    return ((app, name) for app, own in found.items() if own for name in own.names)


def _key(estate: Estate, config: pulumi.Config, app: str, name: str) -> str:
    """The key of an app's secret: under the app's name, or under its former name."""
    was = estate.apps[app].was
    key = f"{app}.{name}"
    return f"{was}.{name}" if was and config.get(key) is None and config.get(f"{was}.{name}") is not None else key


def problems(estate: Estate, config: pulumi.Config) -> Iterator[str]:
    """Missing and unusable secrets. A value is never part of a message."""
    places = {f"{app}.{name}": _key(estate, config, app, name) for app, name in (*_variables(estate), *_own(estate))}
    for key, reason in needed(estate):
        if config.get(places.get(key, key)) is None:
            set_it = f"./petbase secrets set {key} --stack {pulumi.get_stack()}"
            yield f"petbase:{key}: missing, since {reason}; set it: {set_it}"
    certificates = {f"{app}.{name}" for app, name in _own(estate)}
    yield from _unusable(estate, config)
    yield from _unreachable(estate, config)
    for key in dict.fromkeys((*KNOWN, *places)):
        value = config.get(places.get(key, key))
        if value is not None and key not in certificates and (problem := problem_of_secret(key, value)):
            yield f"petbase:{key}: {problem}"


def _unreachable(estate: Estate, config: pulumi.Config) -> Iterator[str]:
    for name, channel in estate.alerts.items():
        value = config.get(f"{CHANNEL}{name}")
        if value is not None and (problem := problem_of_address(channel.kind, value)):
            yield f"petbase:{CHANNEL}{name}: {problem}"


def _unusable(estate: Estate, config: pulumi.Config) -> Iterator[str]:
    for app in estate.apps:
        own = own_certificate(estate, app)
        names = own.names if own else ()
        values = {name: value for name in names if (value := config.get(_key(estate, config, app, name)))}
        for problem in pem.problems(own, values) if own else ():
            yield f"petbase:{app}.{problem}"


def read(estate: Estate, config: pulumi.Config) -> Secrets:
    """The secrets as Outputs that stay secret."""
    apps: dict[str, dict[str, pulumi.Output[str]]] = {app: {} for app in estate.apps}
    for app, name in _variables(estate):
        apps[app][name] = config.require_secret(_key(estate, config, app, name))
    certificates: dict[str, dict[str, pulumi.Output[str]]] = {}
    for app, name in _own(estate):
        certificates.setdefault(app, {})[name] = config.require_secret(_key(estate, config, app, name))
    return Secrets(
        ssh_private_key=config.get_secret(SSH_PRIVATE_KEY),
        backup_passphrase=config.get_secret(BACKUP_PASSPHRASE),
        alert_url=config.get_secret(ALERT_URL),
        s3_access_key_id=config.get_secret(S3_ACCESS_KEY_ID),
        s3_secret_access_key=config.get_secret(S3_SECRET_ACCESS_KEY),
        copy_access_key_id=config.get_secret(COPY_ACCESS_KEY_ID),
        copy_secret_access_key=config.get_secret(COPY_SECRET_ACCESS_KEY),
        apps=apps,
        certificates=certificates,
        channels={name: config.require_secret(f"{CHANNEL}{name}") for name in estate.alerts},
    )
