"""Containers are kept from the metadata address, by a table that neither Docker nor a reboot takes away."""

from host.core.host import Host
from host.server import apt
from host.server.config_file import is_owed, put, settle
from host.server.hardening.texts import METADATA, METADATA_RULE, METADATA_SERVICE, METADATA_TABLE, METADATA_UNIT

_CHANGE = "metadata"


def harden(host: Host) -> None:
    """Write the rule and its unit, and start it where the rule does not count."""
    if not host.has("nft"):
        apt.ensure(host, "nftables")
    put(host, METADATA, _CHANGE)
    put(host, METADATA_UNIT, _CHANGE)
    if is_owed(host, _CHANGE) or not in_force(host):
        host.step("containers are kept from the metadata address")
        host.run("systemctl", "daemon-reload")
        host.run("systemctl", "enable", METADATA_SERVICE)
        host.run("systemctl", "restart", METADATA_SERVICE)
        settle(host, _CHANGE)


def in_force(host: Host) -> bool:
    """Whether the kernel has the rule now."""
    return METADATA_RULE in host.ask("nft", "list", "table", "inet", METADATA_TABLE).stdout
