"""Which releases are installed, which run, and which of two is older."""

from __future__ import annotations

import re

from host.core.errors import HostError
from host.core.host import Host

DOKKU = "0.38.27"
"""The release of Dokku that a new server gets where the stack file names none."""
POSTGRES_PLUGIN = "1.48.0"
"""The release of dokku-postgres that is installed where the stack file names none."""
LETS_ENCRYPT_PLUGIN = "0.22.0"
"""The same for dokku-letsencrypt."""


def older(release: str, than: str) -> bool:
    """Whether a release came before another one: 0.9.0 before 0.10.0. No release at all ("") comes before any."""
    return _numbers(release) < _numbers(than)


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


def _numbers(release: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", release)]
