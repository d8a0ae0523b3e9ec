"""Which releases are installed where none is named, what their downloads must be, and which run."""

from host.core.errors import HostError
from host.core.host import Host

DOKKU = "0.38.27"
"""The release of Dokku that a new server gets where the stack file names none."""
POSTGRES_PLUGIN = "1.48.0"
"""The release of dokku-postgres that is installed where the stack file names none."""
LETS_ENCRYPT_PLUGIN = "0.22.0"
"""The same for dokku-letsencrypt."""
BOOTSTRAP_SHA256 = {DOKKU: "e9c4d78e0ff5f0831ab66d9cff8da3548353ffcfb0cffa119530103f821c1556"}
"""What bootstrap.sh of a release must be: of the tag's file in https://github.com/dokku/dokku."""
COMMITS = {
    ("postgres", POSTGRES_PLUGIN): "9f06daf62e3baed4a5a573b27a65907928d01448",
    ("letsencrypt", LETS_ENCRYPT_PLUGIN): "8693fdb5cea672d56b111821cafe35c123373afc",
}
"""The commit of a plugin's release: a tag can be moved."""


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
