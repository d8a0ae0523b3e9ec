"""The variables by which an app finds the database: DATABASE_URL, and one that covers the superuser's password."""

import re
import secrets

from host.app.restart import owe_restart
from host.core.errors import HostError
from host.core.host import Host
from host.dokku import config
from host.dokku.services import superuser_url
from host.link.record import SCHEMA, LinkCommand, LinkRecord
from host.link.url import DatabaseUrl, parse

DATABASE_URL = "DATABASE_URL"
HIDDEN = "hidden"
_HEX = re.compile(r"[0-9a-f]+")
_PLUGINS_OWN = re.compile(r"DOKKU_POSTGRES_.*_URL")


def copied_password(service: str) -> str:
    """Docker's own --link copies the service's environment into the app's, the superuser's password too, under this
    name (contract 566). An app's own variable takes precedence over the copy.
    """
    name = service.upper().replace("-", "_").replace(".", "_")
    return f"DOKKU_POSTGRES_{name}_ENV_POSTGRES_PASSWORD"


def require_superuser_url(host: Host, service: str) -> DatabaseUrl:
    """The superuser's URL of a service."""
    found = parse(superuser_url(host, service))
    if not found:
        raise HostError(f"dokku postgres:info {service} --dsn gave no URL; nothing was changed")
    return found


def current_url(host: Host, app: str) -> DatabaseUrl | None:
    """The app's DATABASE_URL; None where it has none. HostError for one that leads to no service of this server."""
    text = config.get(host, app, DATABASE_URL)
    url = parse(text)
    if url:
        host.out.hide(url.password)
    if text and not (url and url.host.startswith("dokku-postgres-")):
        raise HostError(
            f"{app}: its DATABASE_URL leads elsewhere; to remove it, run: dokku config:unset {app} {DATABASE_URL}"
        )
    return url


def is_own(url: DatabaseUrl | None, app: str, superuser: DatabaseUrl) -> bool:
    """Whether a URL opens the service's database as the app's own role."""
    return url is not None and (url.role, url.place) == (app, superuser.place)


def new_password(host: Host) -> str:
    """For a role: made here, and in no argument of any program."""
    password = secrets.token_hex(24)
    host.out.hide(password)
    return password


def password_of(host: Host, app: str, url: DatabaseUrl | None, superuser: DatabaseUrl) -> str:
    """The password that the app has already, or a new one."""
    kept = url.password if url and is_own(url, app, superuser) else ""
    return kept if _HEX.fullmatch(kept) else new_password(host)


def spelled(
    wanted: LinkCommand, url: DatabaseUrl, current: DatabaseUrl | None, record: LinkRecord | None
) -> DatabaseUrl:
    """A URL with the scheme and the parameters that are wanted, and those that somebody else gave the current one."""
    theirs = current if current and current.place == url.place else url
    ours = record or LinkRecord("", "")
    scheme = wanted.url_scheme or (url.scheme if ours.scheme else theirs.scheme)
    kept = {name: value for name, value in theirs.parameters.items() if name not in ours.parameters}
    return url.spelled(scheme, {**kept, **wanted.url_parameter})


def change(host: Host, wanted: LinkCommand, access: str, current: DatabaseUrl | None, url: DatabaseUrl) -> None:
    """Give the app its URL. Nothing to do where it has the same one."""
    covered = {copied_password(wanted.service): HIDDEN} if access == SCHEMA else {}
    if current == url and all(config.get(host, wanted.app, name) == HIDDEN for name in covered):
        return
    owe_restart(host, wanted.app)
    config.put(host, wanted.app, {DATABASE_URL: str(url), **covered})


def remove_other_urls(host: Host, app: str, superuser: DatabaseUrl) -> None:
    """A link that is made while another URL is there leaves the superuser's in another variable."""
    for name in config.names(host, app):
        if _PLUGINS_OWN.fullmatch(name) and superuser.means(parse(config.get(host, app, name))):
            config.unset(host, app, name)
