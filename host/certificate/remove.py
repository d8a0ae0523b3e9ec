"""An app that no longer shows the certificate that Petbase put there."""

from __future__ import annotations

from dataclasses import dataclass

from host.certificate.shown import LETS_ENCRYPT, Mark, claimed_mark, digest_of, forget, shown_certificate
from host.core.command import Command
from host.core.host import PROXY_LOCK, Host
from host.dokku.apps import app_exists


@dataclass(frozen=True)
class RemoveCertificate(Command, noun="certificate", verb="remove", lock="certificate.{app}"):
    """Remove the certificate that this stack gave the app; leave one that somebody else put there."""

    app: str

    def run(self, host: Host) -> None:
        """Nothing to do where it has gone already."""
        mark = claimed_mark(host, self.app)
        if app_exists(host, self.app) and mark.how:
            with host.lock(PROXY_LOCK):
                _remove(host, self.app, mark)
        forget(host, self.app)


def _remove(host: Host, app: str, mark: Mark) -> None:
    shown = shown_certificate(host, app)
    if mark.how == LETS_ENCRYPT:
        host.step(f"{app}: Let's Encrypt is switched off")
        host.dokku("letsencrypt:disable", app)
    elif shown and mark.covers(digest_of(shown)):
        host.step(f"{app}: its certificate goes")
        host.dokku("certs:remove", app)
    elif shown:
        host.step(f"{app}: its certificate was not put here by Petbase, stays")
