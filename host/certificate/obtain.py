"""An app whose certificate the plugin dokku-letsencrypt fetches and renews."""

from dataclasses import KW_ONLY, dataclass

from host.certificate.shown import LETS_ENCRYPT, claimed_mark, record
from host.core.command import Command
from host.core.errors import HostError
from host.core.host import PROXY_LOCK, Host
from host.dokku.apps import is_deployed, require_app
from host.server.plugin import head, install_plugin
from host.server.versions import COMMITS, LETS_ENCRYPT_PLUGIN, installed_plugin

_PLUGIN = "letsencrypt"
_AUTORENEW = "/var/lib/dokku/data/letsencrypt/autorenew"


@dataclass(frozen=True)
class ObtainCertificate(Command, noun="certificate", verb="obtain", lock="certificate.{app}"):
    """Obtain a certificate of Let's Encrypt for an app's domains, renewed on the server."""

    app: str
    _: KW_ONLY
    domain: tuple[str, ...]
    """What it is for; said in messages only, since the plugin takes the app's own domains."""
    email: str
    plugin: str = LETS_ENCRYPT_PLUGIN
    """The release of the plugin that is installed where there is none."""

    def run(self, host: Host) -> None:
        """Nothing to do where the app has such a certificate already."""
        mark = claimed_mark(host, self.app)
        require_app(host, self.app)
        with host.lock(PROXY_LOCK):
            _ensure_plugin(host, self.plugin)
            if not _is_active(host, self.app):
                self._obtain(host)
            elif mark.how != LETS_ENCRYPT:
                host.step(f"{self.app}: has a certificate of Let's Encrypt already; it stays")

    def _obtain(self, host: Host) -> None:
        names = " ".join(self.domain)
        host.dokku("letsencrypt:set", self.app, "email", self.email)
        record(host, self.app, LETS_ENCRYPT)
        host.step(f"{self.app}: a certificate of Let's Encrypt for {names}")
        answer = host.ask("dokku", "letsencrypt:enable", self.app)
        if answer.ok and _is_active(host, self.app):
            return
        # An app that was never deployed gets one too: the plugin puts its own site in its place (its pull request
        # 328, its test letsencrypt_enable_http01). But then its names are often as new as itself and lead nowhere yet,
        # so nothing fails for that.
        if is_deployed(host, self.app):
            raise HostError(
                f"Let's Encrypt gave {self.app} no certificate. Do its names ({names}) lead to this server, and is "
                "port 80 open? Then run pulumi up again",
                answer.output,
            )
        host.step(
            f"{self.app}: Let's Encrypt gave none yet. Once its names ({names}) lead to this server: "
            "./petbase doctor --repair"
        )


def _ensure_plugin(host: Host, release: str) -> None:
    present = installed_plugin(host, _PLUGIN)
    if not present:
        host.step(f"installing dokku-letsencrypt {release}")
        install_plugin(host, _PLUGIN, release)
    elif present != release and head(host, _PLUGIN) != COMMITS.get((_PLUGIN, release)):
        host.step(
            f"dokku-letsencrypt is {present}, the stack file says {release}: left alone. To upgrade: dokku "
            f"plugin:update letsencrypt {release}"
        )
    if not host.path(_AUTORENEW).exists():
        host.dokku("letsencrypt:cron-job", "--add")


def _is_active(host: Host, app: str) -> bool:
    return host.dokku("letsencrypt:active", app).strip() == "true"
