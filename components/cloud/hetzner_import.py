"""What the Hetzner project has of a server that exists, in the stack's state as it is."""

import pulumi
import pulumi_hcloud as hcloud

from components.config.spec import Estate

# All inputs of these resources, so that an import differs in nothing: no update, no replacement, the power stays on.
SERVER = (
    *("allowDeprecatedImages", "backups", "datacenter", "deleteProtection", "firewallIds", "ignoreRemoteFirewallIds"),
    *("image", "iso", "keepDisk", "labels", "location", "name", "networks", "placementGroupId", "publicNets"),
    *("rebuildProtection", "rescue", "serverType", "shutdownBeforeDeletion", "sshKeys", "userData"),
)
PRIMARY_IP = (
    *("assigneeId", "assigneeType", "autoDelete", "datacenter", "deleteProtection", "labels", "location", "name"),
    "type",
)
SSH_KEY = ("labels", "name", "publicKey")
_KEPT = "kept as it is"


def import_server(parent: pulumi.Resource, label: str, estate: Estate) -> list[pulumi.Output[str]]:
    """Import the server, its address and keys; the networks from which the server speaks."""
    found, guarded = estate.server.imports, estate.protects(estate.server)
    assert found

    def own(key: str, *ignored: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=parent, import_=key, ignore_changes=list(ignored), retain_on_delete=True, protect=guarded
        )

    server = hcloud.Server(label, server_type=_KEPT, opts=own(found.server, *SERVER))
    if found.address:
        hcloud.PrimaryIp(label, type=_KEPT, opts=own(found.address, *PRIMARY_IP))
    for name, key in found.ssh_keys.items():
        hcloud.SshKey(name, public_key=_KEPT, opts=own(key, *SSH_KEY))
    return [server.ipv4_address.apply(lambda ip: f"{ip}/32"), server.ipv6_network]
