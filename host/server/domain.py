"""The global domain: an app without its own domain is found at APP.DOMAIN."""

from __future__ import annotations

from host.core.host import Host

_OWNER = "server/domain"


def ensure_domain(host: Host, domain: str) -> None:
    """Set it, if this stack was the first on the server: a second one names its apps in full."""
    owner = host.state.read(_OWNER)
    if owner is None:
        owner = {"stack": host.stack}
        host.state.write(_OWNER, **owner)
    if owner.get("stack") != host.stack:
        return
    if host.dokku("domains:report", "--global", "--domains-global-vhosts").split() != [domain]:
        host.step(f"apps are found under {domain}")
        host.dokku("domains:set-global", domain)
