"""Cloudflare's Origin CA certificates: one for all names that the same wildcards cover, renewed by an `up`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pulumi

from components.cloud import origin_ca
from components.cloud.zones import Zone, Zones
from components.config.rules.edge_defaults import apps_with
from components.config.spec import Estate
from components.config.values.pem import Signed

_TYPE = "petbase:certificates:Certificates"

Bases = tuple[str, ...]
"""What a certificate covers, each name and one label before it: `example.com` is for example.com and *.example.com."""


@dataclass(frozen=True)
class CertificatesArgs:
    """`zones` of all names; `today` decides which period's certificate is the one (`period`)."""

    estate: Estate
    zones: Zones
    today: date


class Certificates(pulumi.ComponentResource):
    """Makes, for each set of wildcards that apps need: a key, a request, a certificate. Before the server, since they
    cost nothing and fail where the token may not make them.

    The certificate's name carries the validity and the period, so that an `up` in a new period makes the next one
    first and revokes the old one last, when the apps have the new one. The key stays, and so fits both.

    Outputs: `signed`, by what they cover.
    """

    signed: Mapping[Bases, Signed]

    def __init__(self, name: str, args: CertificatesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, opts)
        days = args.estate.edge.validity_days
        wanted = sorted(set(wanted_by(args.estate, args.zones).values()))
        self.signed = _signed(self, wanted, days, period(days, args.today)) if wanted else {}
        self.register_outputs({"expires": {_label(bases): signed.expires for bases, signed in self.signed.items()}})

    def output(self) -> dict[str, Any]:
        """As the stack tells it: what they cover, and until when."""
        return {
            _label(bases): {"expires": signed.expires, "hosts": hosts_of(bases)}
            for bases, signed in self.signed.items()
        }

    @property
    def ready(self) -> list[pulumi.Resource]:
        """What may wait for them."""
        return [signed.ready for signed in self.signed.values()]


def _signed(parent: pulumi.Resource, wanted: list[Bases], days: int, number: int) -> dict[Bases, Signed]:
    return {bases: origin_ca.sign(parent, _label(bases), hosts_of(bases), days, number) for bases in wanted}


def _label(bases: Bases) -> str:
    return "+".join(bases)


def wanted_by(estate: Estate, zones: Zones) -> dict[str, Bases]:
    """What the certificate of each app that has one from Cloudflare's Origin CA must cover."""
    return {app: bases_of(estate.domains_of(app), zones) for app in apps_with(estate, "origin-ca")}


def bases_of(domains: tuple[str, ...], zones: Zones) -> Bases:
    """A wildcard covers one level only: the zone's covers most names, a deeper one needs its parent's."""
    return tuple(sorted({_base(domain, zones[domain]) for domain in domains}))


def _base(domain: str, zone: Zone) -> str:
    if zone.is_pretend:
        return domain
    return zone.name if zone.covers(domain) else domain.partition(".")[2]


def hosts_of(bases: Bases) -> list[str]:
    """The names in a certificate, sorted."""
    return sorted(host for base in bases for host in (base, f"*.{base}"))


def period(days: int, today: date) -> int:
    """A number that changes every half of a certificate's life; so one that is replaced has half of it left."""
    return today.toordinal() // (days // 2)
