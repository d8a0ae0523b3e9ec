"""Which releases are installed where none is named, and which run."""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import Host

DOKKU = "0.38.27"
"""The release of Dokku that a new server gets where the stack file names none."""
POSTGRES_PLUGIN = "1.48.0"
"""The release of dokku-postgres that is installed where the stack file names none."""
LETS_ENCRYPT_PLUGIN = "0.22.0"
"""The same for dokku-letsencrypt."""


def minor(release: str) -> str:
    """The release without its last number: 0.38 of 0.38.27."""
    return release.rpartition(".")[0]


def running_dokku(host: Host) -> str:
    """The release of Dokku that answers. HostError where none does."""
    answer = host.ask("dokku", "version")
    words = answer.stdout.split()
    if not answer.ok or not words:
        raise HostError(
            "Dokku is on this server but does not answer; nothing was changed. Try: dokku version", answer.output
        )
    return words[-1]


def installed_plugin(host: Host, name: str) -> str:
    """The release of a plugin of Dokku; "" where it is not installed."""
    return plugin_release(host, name) if host.ask("dokku", "plugin:installed", name).ok else ""


def plugin_release(host: Host, name: str) -> str:
    """The release that Dokku lists for a plugin; "" where it lists none."""
    rows = [row.split() for row in host.dokku("plugin:list").splitlines()]
    return next((row[1] for row in rows if row[:1] == [name] and len(row) > 1), "")
