"""A server that is ready for apps: Dokku, the plugin, the global domain, keys, and hardened if asked for."""

from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.server import versions
from host.server.hardening.steps import harden
from host.server.install import install_dokku, is_installed
from host.server.keys import ensure_keys, ensure_root_keys, split_public_key
from host.server.plugin import ensure_plugin, remove_half_installed
from host.server.upgrade import finish_interrupted_upgrade, refuse_way_back, upgrade_dokku

_PLUGIN = "postgres"
_DONE, _DONE_WITH_WARNINGS = 0, 2  # cloud-init's status, exit codes
_OWNER = "server/domain"


@dataclass(frozen=True)
class EnsureServer(Command, noun="server", verb="ensure", lock="server"):
    """Install Dokku and dokku-postgres, set the global domain and the keys, harden the server."""

    _: KW_ONLY
    domain: str
    dokku: str = ""
    """The release that the stack file names; without it a new server gets Petbase's default and nothing is upgraded."""
    postgres_plugin: str = ""
    """The same for dokku-postgres."""
    bootstrap_sha256: str = ""
    key: tuple[str, ...] = ()
    """Public keys that open `git push`, and root."""
    harden: bool = False

    def run(self, host: Host) -> None:
        """Converge. What cannot be done is refused before anything is changed."""
        installed = is_installed(host)
        wait_for_first_boot(host, installed=installed)
        if not installed:
            install_dokku(host, self.dokku or versions.DOKKU, self.bootstrap_sha256)
        finish_interrupted_upgrade(host)
        dokku = versions.running_dokku(host)
        refuse_way_back("Dokku", dokku, self.dokku, "dokku.version")
        remove_half_installed(host)
        plugin = versions.installed_plugin(host, _PLUGIN)
        refuse_way_back("dokku-postgres", plugin, self.postgres_plugin, "dokku.postgres-plugin")
        dokku = upgrade_dokku(host, dokku, self.dokku)
        ensure_plugin(host, plugin, self.postgres_plugin)
        ensure_domain(host, self.domain)
        # Keys come before what ends passwords.
        keys = [split_public_key(key) for key in self.key]
        ensure_keys(host, keys)
        ensure_root_keys(host, [key.text for key in keys])
        host.step(f"Dokku {dokku} is ready")
        if self.harden:
            harden(host)


def wait_for_first_boot(host: Host, *, installed: bool) -> None:
    """Wait until cloud-init has set the server up. HostError where it failed and nothing is `installed` yet.

    It speaks of the last boot; a server that has Dokku was set up by an earlier one.
    """
    if not host.has("cloud-init"):
        return
    host.step("waiting until the server has set itself up")
    code = host.ask("cloud-init", "status", "--wait").code
    if code in (_DONE, _DONE_WITH_WARNINGS):
        return
    if not installed:
        raise HostError(f"cloud-init ended with {code}; on the server, see: cloud-init status --long")
    host.step(f"the last boot's cloud-init ended with {code}; on the server, see: cloud-init status --long")


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
