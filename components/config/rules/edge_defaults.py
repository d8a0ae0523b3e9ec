"""What the stack file comes to for names and certificates: its own words, else what follows from the rest of it."""

from ipaddress import ip_address

from components.config.edge_spec import OwnCertificate, TlsKind
from components.config.spec import Estate


def makes_records(estate: Estate) -> bool:
    """Whether DNS is ours: by default where there is a Cloudflare account anyway, for the dumps."""
    said = estate.edge.dns
    return estate.backups.store == "r2" if said is None else said == "cloudflare"


def proxied_at_all(estate: Estate) -> bool:
    """Whether names are proxied where an app says nothing: those that Petbase makes are."""
    said = estate.edge.proxied
    return makes_records(estate) if said is None else said


def is_proxied(estate: Estate, app: str) -> bool:
    """Whether visitors of this app come through Cloudflare."""
    said = estate.apps[app].proxied
    return proxied_at_all(estate) if said is None else said


def any_proxied(estate: Estate) -> bool:
    """Whether any visitor comes through Cloudflare."""
    return proxied_at_all(estate) or any(is_proxied(estate, app) for app in estate.apps)


def tls_of(estate: Estate, app: str) -> TlsKind | OwnCertificate:
    """Where this app's certificate comes from."""
    said = estate.apps[app].tls or estate.edge.tls
    if said:
        return said
    return "origin-ca" if makes_records(estate) and is_proxied(estate, app) else "none"


def own_certificate(estate: Estate, app: str) -> OwnCertificate | None:
    """The secrets that hold this app's certificate, where it brings its own."""
    found = tls_of(estate, app)
    return found if isinstance(found, OwnCertificate) else None


def apps_with(estate: Estate, kind: TlsKind) -> list[str]:
    """The apps whose certificate comes from there."""
    return [app for app in estate.apps if tls_of(estate, app) == kind]


def urls(estate: Estate, app: str) -> list[str]:
    """Where this app answers to visitors: encrypted where it has a certificate, or Cloudflare has one."""
    safe = tls_of(estate, app) != "none" or is_proxied(estate, app)
    return [f"{'https' if safe else 'http'}://{domain}" for domain in estate.domains_of(app)]


def in_zones(estate: Estate) -> dict[str, str]:
    """The names that must lie in zones of the account, each with the path that says it."""
    ours = makes_records(estate)
    needed = {estate.domain: "domain"} if ours else {}
    for app in estate.apps if ours else apps_with(estate, "origin-ca"):
        for domain in estate.domains_of(app):
            needed[domain] = f"apps.{app}.domains"
    public = {app: spec.bucket.public for app, spec in estate.apps.items() if spec.bucket}
    return needed | {name: f"apps.{app}.bucket.public" for app, name in public.items() if name}


def needs_cloudflare(estate: Estate) -> bool:
    """Whether anything is asked of a Cloudflare account."""
    return (
        estate.backups.store == "r2"
        or bool(in_zones(estate))
        or bool(estate.edge.imports)
        or any_proxied(estate)
        or (estate.server.web_from == "cloudflare")
        or any(app.bucket and app.bucket.store == "r2" for app in estate.apps.values())
    )


def is_an_address(text: str) -> bool:
    """Whether a host is said by its address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
