"""The DNS records at Cloudflare."""

from collections.abc import Mapping, Sequence

import pulumi

from components.cloud import cloudflare
from components.cloud.zones import Zone

# "Automatic", and the only one that a proxied record may have.
_TTL = 1


# What the program says nothing of; an import keeps what is there.
_SILENT = ("comment", "data", "priority", "privateRouting", "settings", "tags")
INPUTS = (*_SILENT, "content", "name", "proxied", "ttl", "type", "zoneId")


def make(
    name: str,
    zone: Zone,
    addresses: Mapping[str, pulumi.Input[str]],
    *,
    proxied: bool,
    found: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> None:
    """One record for each family of addresses, `found` or new. The type is in its name: a changed one is another
    record.
    """
    for kind, address in addresses.items():
        key = f"{kind} {name}"
        cloudflare.DnsRecord(
            key,
            {
                "zoneId": zone.id,
                "name": name,
                "type": kind,
                "content": address,
                "proxied": proxied,
                "ttl": _TTL,
            },
            _found(found[key], opts, _SILENT) if key in found else opts,
        )


def keep(key: str, found: str, opts: pulumi.ResourceOptions) -> None:
    """A record that is there, in the state as it is. `key` as in "A blog.example.com", `found` is ZONE/RECORD."""
    kind, _, name = key.partition(" ")
    zone = found.partition("/")[0]
    inputs = {"zoneId": zone, "name": name, "type": kind, "ttl": _TTL}
    cloudflare.DnsRecord(key, inputs, _found(found, opts, INPUTS))


def _found(key: str, opts: pulumi.ResourceOptions, ignored: Sequence[str]) -> pulumi.ResourceOptions:
    """What was there before is not ours to delete."""
    own = pulumi.ResourceOptions(import_=key, ignore_changes=list(ignored), retain_on_delete=True)
    return pulumi.ResourceOptions.merge(opts, own)


def strict(zone: Zone, opts: pulumi.ResourceOptions) -> None:
    """Full (strict): Cloudflare speaks HTTPS to the server and checks its certificate. Going changes nothing there."""
    inputs = {"zoneId": zone.id, "settingId": "ssl", "value": "strict"}
    cloudflare.ZoneSetting(f"{zone.name}-ssl", inputs, opts)
