"""The end of a rename: the app is built under its new name while its old self serves, then takes its place.

Only then it gets certificate and domains: of two apps with one domain nginx takes the first in the alphabet, which
would answer 502 until it is built.
"""

from __future__ import annotations

from dataclasses import replace

from host.app.rename_state import Rename, forget, pending, write
from host.certificate.pair import Pair
from host.certificate.shown import shown_certificate, shown_key
from host.core.host import PROXY_LOCK, SERVICES_LOCK, Host
from host.dokku.apps import app_exists, destroy_app


def finish_rename(host: Host, app: str) -> bool:
    """Finish the rename that gave the app its name; whether there was one."""
    rename = pending(host, app)
    if not rename or rename.target != app:
        return False
    if not rename.built:
        _build(host, rename)
        # From here on the old app may be half gone, and has nothing to give any more.
        write(host, app, replace(rename, built=True))
    # apps:destroy writes to the LINKS of every service of the host.
    with host.lock(SERVICES_LOCK):
        if app_exists(host, rename.source):
            host.step(f"{rename.source}: goes, now that {app} is here")
            destroy_app(host, rename.source)
    forget(host, app)
    return True


def _build(host: Host, rename: Rename) -> None:
    if rename.deployed:
        host.step(f"{rename.target}: building it under its new name")
        host.dokku("ps:rebuild", rename.target)
    if not app_exists(host, rename.source):
        return
    with host.lock(PROXY_LOCK):
        if certificate := shown_certificate(host, rename.source):
            pair = Pair.of(certificate, shown_key(host, rename.source))
            host.dokku("certs:add", rename.target, stdin=pair.packed())
    if rename.domains:
        host.dokku("domains:set", rename.target, *rename.domains)
