"""DNS: a record for each name of each app, and the wildcard of the estate's domain."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

import pulumi

from components.cloud import dns_records
from components.cloud.zones import Zone, Zones, cloudflares_networks
from components.config.rules.edge_defaults import any_proxied, apps_with, is_proxied, makes_records, proxied_at_all
from components.config.spec import Estate
from components.dokku.attempt import WithCommands
from components.edits import preview
from components.resources.server import Server
from host.server.real_ip import EnsureRealIp, RemoveRealIp

_TYPE = "petbase:edge:Edge"


@dataclass(frozen=True)
class EdgeArgs:
    """`zones` of all names."""

    estate: Estate
    zones: Zones
    server: Server


class Edge(WithCommands):
    """Makes an A and an AAAA record for each name, as far as the server has such an address, and with `edge.ssl` the
    zones' SSL mode; and, where a name is proxied, a remote command by which apps see their visitors' addresses. The
    wildcard is the stack's own domain's, so that stacks in one zone do not share a record. All of it is cheap to make
    again, so nothing here is protected. Records of `edge.import` that it does not make stay as they are, and all of
    them stay when it is removed.

    Outputs: `names` that have records.
    """

    def __init__(self, name: str, args: EdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, opts)
        own = pulumi.ResourceOptions(parent=self)
        names, found = dict(_names(args.estate)), args.estate.edge.imports
        if args.zones or found:
            for domain, proxied in names.items():
                zone = args.zones[domain.removeprefix("*.")]
                dns_records.make(domain, zone, args.server.host.addresses, proxied=proxied, found=found, opts=own)
            for key, record in found.items():
                if not _is_made(key, names, args.server):
                    dns_records.keep(key, record, own)
            if args.estate.edge.ssl:
                for zone in sorted(set(args.zones.values()), key=lambda zone: zone.name):
                    dns_records.strict(zone, own)
        if any_proxied(args.estate):
            args.server.host.command(
                f"{name}-real-ip",
                EnsureRealIp(network=tuple(cloudflares_networks())),
                RemoveRealIp(),
                pulumi.ResourceOptions(parent=self, depends_on=[args.server.ready]),
            )
        self.register_outputs({"names": list(names)})


def _is_made(key: str, names: Container[str], server: Server) -> bool:
    kind, _, domain = key.partition(" ")
    return domain in names and kind in server.host.addresses


def _names(estate: Estate) -> Iterator[tuple[str, bool]]:
    """Every name that gets a record, and whether it is proxied."""
    if not makes_records(estate):
        return
    for app in estate.apps:
        for domain in estate.domains_of(app):
            yield domain, is_proxied(estate, app)
    yield f"*.{estate.domain}", proxied_at_all(estate)


def warn(estate: Estate, zones: Zones) -> None:
    """Says in a preview what the program cannot see: whether Cloudflare will speak HTTPS with visitors and server."""
    preview.warn(warnings(estate, zones))


def warnings(estate: Estate, zones: Zones) -> Iterator[str]:
    """A sentence for names without a certificate at the edge, and one for zones whose SSL mode Petbase does not set."""
    served = [domain for app in estate.apps if is_proxied(estate, app) for domain in estate.domains_of(app)]
    deep = [domain for domain in served if domain in zones and _too_deep(domain, zones[domain])]
    if deep:
        yield (
            f"{', '.join(deep)}: deeper than the certificate that Cloudflare shows to visitors (Universal SSL: the "
            "zone's name and one label before it). Order an Advanced Certificate there, name it less deep, or write "
            "proxied: false"
        )
    signed = [domain for app in apps_with(estate, "origin-ca") for domain in estate.domains_of(app)]
    mine = sorted({zones[domain].name for domain in signed})
    if mine and estate.edge.ssl is None:
        yield (
            f"check that the SSL mode of {', '.join(mine)} is Full (strict), in Cloudflare's dashboard under SSL/TLS, "
            "Overview. With Flexible every page redirects to itself. edge: {ssl: strict} sets the mode for you"
        )


def _too_deep(domain: str, zone: Zone) -> bool:
    return not (zone.covers(domain) or zone.is_pretend)
