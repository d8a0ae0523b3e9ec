"""The apps of a server as they were found: those that a stack file can say, and why the others are left out."""

from collections.abc import Iterator

from components.config.values.app_types import AppName
from components.config.values.network_types import Fqdn
from host.report.model.adopt import AdoptReport, FoundApp, FoundService
from operate.adopt.prompts import fits
from operate.core.yaml_text import plain

_WAYS = {
    "unset": "is linked to {}, but has no DATABASE_URL",
    "role": "comes into {} with its own role",
    "elsewhere": "is linked to {}, but its DATABASE_URL leads elsewhere",
    "twice": "has the URL of {} under a second name",
}


def apps(found: AdoptReport, service: FoundService, stack: str | None, domain: str) -> Iterator[str]:
    """The section `apps`: those that `service` knows by the superuser's link, and the others as comments."""
    reasons = {app.name: _why_not(app, found, service, stack) for app in found.apps}
    kept = [app for app in found.apps if not reasons[app.name]]
    taken: set[str] = set()
    yield "    apps:" if kept else "    apps: {}"
    for app in kept:
        yield f"      {plain(app.name)}:"
        yield "        access: superuser"
        yield from _names(app, f"{app.name}.{domain}", taken)
        yield from _left_alone(app)
    if any(reasons.values()):
        yield "      # Left out, since pulumi up would change them:"
    yield from (f"      #   {name} {reason}" for name, reason in reasons.items() if reason)


def belongs_to_other(owner: str, stack: str | None) -> bool:
    """Whether a mark is of another stack than this one."""
    return bool(owner) and owner != stack


def _why_not(app: FoundApp, found: AdoptReport, service: FoundService, stack: str | None) -> str:
    """Why `up` would change this app; empty where it would not."""
    if belongs_to_other(app.owner, stack):
        return f"belongs to the stack {app.owner}"
    if not fits(AppName, app.name):
        return "has a name that no stack file can say"
    if way := service.links.get(app.name):
        return _WAYS[way].format(service.name) if way in _WAYS else ""
    others = [other.name for other in found.services if app.name in other.links]
    return f"is linked to {' and '.join(others)}" if others else "is linked to no database"


def _names(app: FoundApp, default: str, taken: set[str]) -> Iterator[str]:
    if not app.domains:
        yield "        # It answers to no name."
    elif taken & set(app.domains) or not all(fits(Fqdn, name) for name in app.domains):
        yield f"        # Its names stay: {' '.join(app.domains)}"
    elif app.domains != (default,):
        yield f"        domains: [{', '.join(app.domains)}]"
    taken |= set(app.domains)


def _left_alone(app: FoundApp) -> Iterator[str]:
    if app.certificate:
        yield f"        # It has a certificate until {app.certificate}."
    if app.ports:
        yield f"        # Its ports: {' '.join(app.ports)}"
    names = [name for name in app.variables if name != "DATABASE_URL" and not name.startswith("DOKKU_")]
    if names:
        yield f"        # Its variables: {' '.join(names)}"
