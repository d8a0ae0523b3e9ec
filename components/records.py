"""The DNS records at Cloudflare; apart from edge.py, as importing pulumi_cloudflare takes seconds."""

from collections.abc import Mapping

import pulumi
import pulumi_cloudflare as cloudflare

from components.zones import Zone

# "Automatic", and the only one that a proxied record may have.
_TTL = 1


def make(
    name: str, zone: Zone, addresses: Mapping[str, pulumi.Input[str]], *, proxied: bool, opts: pulumi.ResourceOptions
) -> None:
    """One record for each family of addresses. The type is in its name: a changed one is another record."""
    for kind, address in addresses.items():
        cloudflare.DnsRecord(
            f"{kind} {name}",
            zone_id=zone.id,
            name=name,
            type=kind,
            content=address,
            proxied=proxied,
            ttl=_TTL,
            opts=opts,
        )


def strict(zone: Zone, opts: pulumi.ResourceOptions) -> None:
    """Full (strict): Cloudflare speaks HTTPS to the server and checks its certificate. Going changes nothing there."""
    cloudflare.ZoneSetting(f"{zone.name}-ssl", zone_id=zone.id, setting_id="ssl", value="strict", opts=opts)
