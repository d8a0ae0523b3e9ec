"""A server that is ready for apps: Dokku, the plugin, the global domain, keys, and hardened if asked for."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.host import Host
from host.server.boot import wait_for_first_boot
from host.server.domain import ensure_domain
from host.server.hardening.steps import harden
from host.server.install import install_dokku, is_installed
from host.server.keys import ensure_keys
from host.server.packages import versions
from host.server.packages.plugin import ensure_plugin, remove_half_installed
from host.server.public_key import split_public_key
from host.server.root_keys import ensure_root_keys
from host.server.upgrade import finish_interrupted_upgrade, refuse_way_back, upgrade_dokku

_PLUGIN = "postgres"


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
