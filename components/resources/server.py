"""The server: a new Hetzner VPS, or one that exists; then Dokku on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

import pulumi

from components.cloud import hetzner, hetzner_import
from components.config.rules.edge_defaults import is_an_address
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku.attempt import WithCommands
from components.dokku.remote import Host
from components.edits import guards, refusals
from host.server.ensure import EnsureServer

_TYPE = "petbase:server:Server"


@dataclass(frozen=True)
class ServerArgs:
    """`stack` is PROJECT/STACK, `estate` the whole stack file, `secrets` hold what opens a server that exists.

    `after`: what must be there first, so that what can fail for nothing fails before a server costs something.
    """

    stack: str
    estate: Estate
    secrets: Secrets
    after: Sequence[pulumi.Resource] = ()


class Server(WithCommands):
    """Makes, for a new server: a client key and a host key (tls), the SSH keys that the Hetzner project lacks, a
    firewall (SSH, 80, 443, ICMP; never 5432), a primary IPv4 that outlives the server, the server. For one that
    exists: nothing, or with `import` what Hetzner has of it, as it is. Then the host's command: Dokku, the plugin, the
    global domain, the keys that may push.

    Outputs: `host` (the door for all other commands), `ready` (what they wait for), `address`, `server_id`, `host_key`.
    """

    host: Host
    ready: pulumi.Resource
    address: pulumi.Output[str]
    server_id: pulumi.Output[str]
    host_key: pulumi.Output[str]

    def __init__(self, name: str, args: ServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, opts)
        estate, spec = args.estate, args.estate.server
        self.host = _existing(self, args) if spec.host else hetzner.make(self, args.stack, estate, args.after)
        hooks = guards.binding(refusals.RELEASE)
        booting = spec.host is None
        program = self.host.install(
            f"{name}-program", pulumi.ResourceOptions(parent=self, depends_on=args.after), booting=booting
        )
        own = pulumi.ResourceOptions(parent=self, depends_on=[program], hooks=hooks, protect=estate.protects(spec))
        self.ready = self.host.command(f"{name}-dokku", ensure_server(estate), None, own)
        self.address = pulumi.Output.from_input(self.host.address)
        self.server_id = pulumi.Output.from_input(self.host.machine)
        self.host_key = pulumi.Output.from_input(self.host.host_key)
        self.register_outputs({"address": self.address, "serverId": self.server_id, "hostKey": self.host_key})


def ensure_server(estate: Estate) -> EnsureServer:
    """The server's own command. A release that is only Petbase's default is not among its words."""
    dokku = estate.dokku
    return EnsureServer(
        domain=estate.domain,
        dokku=dokku.version if "version" in dokku.model_fields_set else "",
        postgres_plugin=dokku.postgres_plugin if "postgres_plugin" in dokku.model_fields_set else "",
        bootstrap_sha256=dokku.bootstrap_sha256 or "",
        key=estate.server.authorized_keys,
        harden=estate.server.hardened,
    )


def _existing(parent: pulumi.Resource, args: ServerArgs) -> Host:
    """The door to a server that was there before; without `petbase:sshPrivateKey` the SSH agent opens it."""
    spec, label = args.estate.server, args.stack.rpartition("/")[2]
    return Host(
        stack=label,
        address=spec.host or "",
        port=spec.ssh_port,
        user=spec.user,
        host_key=spec.host_key or "",
        private_key=args.secrets.ssh_private_key,
        machine=spec.host or "",
        generation=args.estate.generation,
        server=None,
        networks=hetzner_import.import_server(parent, label, args.estate) if spec.imports else (),
        addresses=_addresses(spec.host or ""),
    )


def _addresses(host: str) -> dict[str, pulumi.Input[str]]:
    """An address by the type of its DNS record; none of a server that is said by its name."""
    if not is_an_address(host):
        return {}
    address = ip_address(host)
    return {"A" if address.version == 4 else "AAAA": str(address)}
