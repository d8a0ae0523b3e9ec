"""What Cloudflare tells before anything is touched: which zone of the account a name lies in, and its networks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.cloud import cloudflare
from components.config.rules.edge_defaults import in_zones
from components.config.spec import Estate
from components.config.stack_file import StackFileError


@dataclass(frozen=True)
class Zone:
    """One zone of the account."""

    name: str
    id: str

    def covers(self, domain: str) -> bool:
        """Whether the zone's wildcard covers a name, at the edge (Universal SSL) as here: one label before it."""
        return domain == self.name or (domain.partition(".")[2] == self.name and not self.is_pretend)

    @property
    def is_pretend(self) -> bool:
        """The sandbox's `localhost`: no client takes a wildcard right under a top-level name."""
        return "." not in self.name


Zones = Mapping[str, Zone]
"""The zone of each name that needs one."""


def find(estate: Estate) -> Zones:
    """The zones of all names that need one; StackFileError for names outside of them. One lookup, or none."""
    needed = in_zones(estate)
    if not needed:
        return {}
    account = [Zone(zone["name"], zone["id"]) for zone in cloudflare.zones()]
    found = {domain: zone_of(domain, account) for domain in needed}
    outside = [_outside(needed[domain], domain, account) for domain, zone in found.items() if zone is None]
    if outside:
        raise StackFileError(outside)
    return {domain: zone for domain, zone in found.items() if zone}


def cloudflares_networks() -> list[str]:
    """From where visitors of proxied names come."""
    ipv4, ipv6 = cloudflare.ip_ranges()
    return [*sorted(ipv4), *sorted(ipv6)]


def zone_of(domain: str, zones: Iterable[Zone]) -> Zone | None:
    """The zone that a name lies in: of several the longest, since that one's name servers are asked."""
    return max(
        (zone for zone in zones if domain == zone.name or domain.endswith(f".{zone.name}")),
        key=lambda zone: len(zone.name),
        default=None,
    )


def _outside(path: str, domain: str, zones: list[Zone]) -> str:
    if not zones:
        return f'{path}: "{domain}", and the token shows no zone; give it Zone Read, or write edge: {{dns: none}}'
    names = ", ".join(sorted(zone.name for zone in zones))
    return (
        f'{path}: "{domain}" lies in no zone that the token shows ({names}); add its zone to the Cloudflare account, '
        "write another name, or edge: {dns: none}"
    )
