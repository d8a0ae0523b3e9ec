"""Rules of the stack file about names and certificates; `components.config.rules.stack_rules` has the others."""

from collections.abc import Iterator

from components.config.rules.edge_defaults import (
    apps_with,
    in_zones,
    is_an_address,
    is_proxied,
    makes_records,
    own_certificate,
    proxied_at_all,
)
from components.config.spec import Estate


def problems(estate: Estate) -> list[str]:
    """Every broken rule, as `path: what is wrong; way out`."""
    checks = (_address, _ssl, _origin_ca, _lets_encrypt, _own, _web_from)
    return [problem for check in checks for problem in check(estate)]


def _address(estate: Estate) -> Iterator[str]:
    host = estate.server.host
    if host and makes_records(estate) and not is_an_address(host):
        yield (
            f'server.host: "{host}" is a name, and DNS records need an address; '
            f"write the one that this prints: dig +short {host} (or edge: {{dns: none}})"
        )


def _ssl(estate: Estate) -> Iterator[str]:
    if estate.edge.ssl and not in_zones(estate):
        yield "edge.ssl: applies to zones at Cloudflare only; remove it, or write edge: {dns: cloudflare}"


def _origin_ca(estate: Estate) -> Iterator[str]:
    for app in apps_with(estate, "origin-ca"):
        if not is_proxied(estate, app):
            yield (
                f"{_path(estate, app)}: origin-ca needs a proxied name, and {app} is not proxied; browsers do not "
                f"trust such a certificate, only Cloudflare does. Write apps.{app}.proxied: true, or tls: letsencrypt"
            )


def _lets_encrypt(estate: Estate) -> Iterator[str]:
    apps = apps_with(estate, "letsencrypt")
    for app in apps:
        if is_proxied(estate, app):
            yield (
                f"{_path(estate, app)}: letsencrypt needs a name that is not proxied, and {app} is proxied. "
                f"Write apps.{app}.proxied: false, or tls: origin-ca"
            )
    if apps and estate.edge.email is None:
        yield f"edge.email: missing; {apps[0]} uses letsencrypt, and Let's Encrypt requires an address"


def _own(estate: Estate) -> Iterator[str]:
    for app, spec in estate.apps.items():
        own = own_certificate(estate, app)
        for name in sorted({*spec.secrets, *spec.env}.intersection(own.names if own else ())):
            yield f"apps.{app}.tls: {name} is also a variable of the app; rename the secret"


def _web_from(estate: Estate) -> Iterator[str]:
    if estate.server.web_from != "cloudflare":
        return
    way_out = "write web-from: anywhere"
    for app in estate.apps:
        if not is_proxied(estate, app):
            yield (
                f"server.web-from: cloudflare closes the ports to everyone else, and {app} is not "
                f"proxied; {way_out}, or apps.{app}.proxied: true"
            )
    if makes_records(estate) and not proxied_at_all(estate):
        yield f"server.web-from: cloudflare needs proxied names, but edge.proxied is false; {way_out}, or proxied: true"


def _path(estate: Estate, app: str) -> str:
    return f"apps.{app}.tls" if estate.apps[app].tls else "edge.tls"
