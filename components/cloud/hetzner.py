"""The Hetzner resources behind a new server."""

from collections.abc import Sequence

import pulumi
import pulumi_hcloud as hcloud
import pulumi_tls as tls

from components.cloud import cloud_init
from components.cloud.preflight import check_offer
from components.cloud.zones import cloudflares_networks
from components.config.server_spec import Server
from components.config.spec import Estate
from components.config.values.public_key import parse_public_key
from components.dokku.remote import Host
from components.edits import guards, refusals
from host.server.keys import key_block

_ANYWHERE = ("0.0.0.0/0", "::/0")


def make(parent: pulumi.Resource, stack: str, estate: Estate, after: Sequence[pulumi.Resource]) -> Host:
    """Keys, firewall, address, server; both SSH keys are made before it, so that its first connection is pinned too."""
    spec, label = estate.server, stack.rpartition("/")[2]
    check_offer(label, spec)
    own = pulumi.ResourceOptions(parent=parent, depends_on=after, protect=estate.protects(spec))
    # Removing an authorized key or changing a rule is an edit like any other, so these are not protected.
    loose = pulumi.ResourceOptions(parent=parent, depends_on=after)
    client = tls.PrivateKey(f"{label}-client", algorithm="ED25519", opts=own)
    identity = tls.PrivateKey(f"{label}-host", algorithm="ED25519", opts=own)
    address = _address(label, spec.location, own)
    server = hcloud.Server(
        label,
        name=f"petbase-{label}",
        server_type=spec.type,
        image=spec.image,
        location=spec.location,
        # A disk that grew cannot shrink again, so a bigger type would be a way of no return (./petbase resize).
        keep_disk=True,
        ssh_keys=_ssh_keys(label, spec.authorized_keys, loose),
        user_data=_user_data(label, spec, client, identity),
        firewall_ids=[_firewall(label, spec, loose).id.apply(int)],
        public_nets=[hcloud.ServerPublicNetArgs(ipv4=address.id.apply(int), ipv4_enabled=True, ipv6_enabled=True)],
        labels={"petbase": label},
        # Both replace a server when they change; after the first boot both are kept up to date over SSH.
        opts=pulumi.ResourceOptions.merge(own, pulumi.ResourceOptions(ignore_changes=["userData", "sshKeys"])),
    )
    return Host(
        stack=label,
        address=address.ip_address,
        port=spec.ssh_port,
        user="root",
        host_key=identity.public_key_openssh.apply(str.strip),
        # A third of OpenSSH's own form, and the state has it twice for each command.
        private_key=client.private_key_pem,
        machine=server.id,
        generation=estate.generation,
        server=server,
        networks=[address.ip_address.apply(lambda ip: f"{ip}/32"), server.ipv6_network],
        addresses={"A": address.ip_address, "AAAA": server.ipv6_address},
    )


def _address(label: str, location: str, opts: pulumi.ResourceOptions) -> hcloud.PrimaryIp:
    return hcloud.PrimaryIp(
        label,
        name=f"petbase-{label}",
        type="ipv4",
        # No assignee_type, which goes with assignee_id: since August 2026 the API calls a free address
        # "unassigned", and another value here would be a difference at the next up, which takes the address off a
        # running server, and fails (terraform-provider-hcloud, issue 1439).
        location=location,
        auto_delete=False,
        labels={"petbase": label},
        opts=opts,
    )


def _ssh_keys(label: str, lines: Sequence[str], opts: pulumi.ResourceOptions) -> list[pulumi.Input[str]]:
    """The keys as the Hetzner project has them: one that it has already is refused a second time, so it is reused."""
    present = {
        parse_public_key(key.public_key).blob: str(key.id)
        for key in hcloud.get_ssh_keys().ssh_keys
        if (key.labels or {}).get("petbase") != label
    }
    ids: list[pulumi.Input[str]] = []
    for line in lines:
        key = parse_public_key(line)
        if key.blob in present:
            ids.append(present[key.blob])
            continue
        name = f"{label}-{key.short}"
        labels = {"petbase": label}
        ids.append(hcloud.SshKey(name, name=f"petbase-{name}", public_key=line, labels=labels, opts=opts).id)
    return ids


def _firewall(label: str, spec: Server, opts: pulumi.ResourceOptions) -> hcloud.Firewall:
    """Docker's published ports bypass the server's own firewall, so this one counts. 5432 is never in it."""
    web = _ANYWHERE if spec.web_from == "anywhere" else cloudflares_networks()
    rules = [
        _opened("SSH", "tcp", str(spec.ssh_port), spec.ssh_from),
        _opened("HTTP", "tcp", "80", web),
        _opened("HTTPS", "tcp", "443", web),
        _opened("ping", "icmp", None, _ANYWHERE),
    ]
    door = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=guards.binding(refusals.PORT)))
    return hcloud.Firewall(label, name=f"petbase-{label}", rules=rules, labels={"petbase": label}, opts=door)


def _opened(why: str, protocol: str, port: str | None, sources: Sequence[str]) -> hcloud.FirewallRuleArgs:
    return hcloud.FirewallRuleArgs(
        direction="in", protocol=protocol, port=port, source_ips=list(sources), description=why
    )


def _user_data(stack: str, spec: Server, client: tls.PrivateKey, identity: tls.PrivateKey) -> pulumi.Output[str]:
    def build(parts: list[str]) -> str:
        private, public, client_key = parts
        return cloud_init.user_data(
            host_key=private,
            host_key_public=public.strip(),
            client_key=client_key.strip(),
            keys=key_block(stack, spec.authorized_keys),
            port=spec.ssh_port,
        )

    parts = pulumi.Output.all(identity.private_key_openssh, identity.public_key_openssh, client.public_key_openssh)
    return pulumi.Output.secret(parts.apply(build))
