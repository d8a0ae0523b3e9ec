"""An app that shows the certificate that the stack sends, and one that no longer shows what Petbase put there."""

from dataclasses import KW_ONLY, dataclass

from host.certificate.shown import (
    LETS_ENCRYPT,
    MADE,
    MAKING,
    Mark,
    Pair,
    claimed_mark,
    digest_of,
    forget,
    record,
    shown_certificate,
    shown_key,
)
from host.core import files
from host.core.command import Command
from host.core.host import PROXY_LOCK, Host
from host.dokku.apps import app_exists, require_app

_FOUND = "server/found-certificates"


@dataclass(frozen=True)
class EnsureCertificate(Command, noun="certificate", verb="ensure", lock="certificate.{app}"):
    """Give an app its certificate and key, both PEM on standard input."""

    secrets = ("certificate", "key")

    app: str
    _: KW_ONLY
    replace: bool = False
    """The stack file names it, so it takes the place of one that was there before."""

    def run(self, host: Host) -> None:
        """Converge: nothing is sent to Dokku where the app shows this pair already."""
        mark = claimed_mark(host, self.app)
        require_app(host, self.app)
        pair = Pair.of(host.secrets["certificate"], host.secrets["key"])
        pair.check(host, self.app)
        # Two runs at once would each find the other's half written pair.
        with host.lock(PROXY_LOCK):
            shown = shown_certificate(host, self.app)
            if shown and not mark.covers(digest_of(shown)):
                if not self.replace:
                    host.step(
                        f"{self.app}: has a certificate that was not put here by Petbase; it stays. To replace it, "
                        f"write tls: origin-ca under apps.{self.app}"
                    )
                    return
                _keep_copy(host, self.app, shown)
            if shown != pair.certificate or shown_key(host, self.app) != pair.key:
                host.step(f"{self.app}: a certificate that is good until {pair.end(host)}")
                record(host, self.app, MAKING)
                host.dokku("certs:add", self.app, stdin=pair.packed())
            record(host, self.app, MADE, digest_of(pair.certificate))


def _keep_copy(host: Host, app: str, certificate: str) -> None:
    folder = host.state.path(_FOUND)
    host.step(f"{app}: the certificate that was here lies in {folder}/{app}.crt from now on, its key beside it")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    files.write(folder / f"{app}.crt", certificate, 0o600)
    files.write(folder / f"{app}.key", shown_key(host, app), 0o600)


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
