"""Runs the real `__main__.py` under mocks, with accounts that a test makes up, and keeps every request of it."""

import json
import zlib
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from pulumi.runtime import mocks

from operate.plan import program_mocks
from operate.plan.program_mocks import Made, Record
from sandbox.providers.hcloud.catalog import LOCATIONS, SERVER_TYPES

CHECKOUT = Path(__file__).resolve().parents[3]
TOKENS = {"HCLOUD_TOKEN": "h" * 64, "CLOUDFLARE_API_TOKEN": "c" * 40}
# What only the accounts and the host know: none of it may be seen outside of stdin, connections and user data.
TOKEN_VALUE, CLIENT_KEY, HOST_KEY = "t0k3n-value", "client-private-key", "host-private-key"
NETWORKS = ("198.51.100.0/24", "2001:db8:ffff::/48")
"""Cloudflare's own, as far as the mocks know."""
CERTIFICATE, ORIGIN_KEY = "the certificate", "origin-private-key"


@dataclass
class Plan(Record):
    """All that a run registered, in order, the stack's outputs, and what it asked the accounts."""

    calls: list[str] = field(default_factory=list)
    keys_in_project: list[dict[str, Any]] = field(default_factory=list)
    servers: list[dict[str, Any]] = field(default_factory=list)
    sold_out: tuple[str, ...] = ()
    zones: tuple[str, ...] = ("example.com", "example.org", "localhost")
    tokens: tuple[str, ...] = ()
    buckets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Those of the account, each with the ids of its lifecycle rules."""
    before: Record = field(default_factory=Record)
    """What the state has of the last run."""

    @property
    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = self.outputs["petbase"]
        return found

    def of(self, kind: str) -> list[Made]:
        """The providers' resources whose type ends with `kind`."""
        ours = [made for made in self.resources if made.type.rpartition(":")[2] == kind]
        return [made for made in ours if not made.type.startswith("petbase:")]

    def one(self, kind: str, name: str | None = None) -> Made:
        """The only resource of a kind, or the one of that name."""
        (made,) = [made for made in self.of(kind) if name in (None, made.name)]
        return made

    def component(self, kind: str, name: str) -> Made:
        (made,) = [made for made in self.resources if (made.type, made.name) == (f"petbase:{kind}", name)]
        return made


class _Mocks(mocks.Mocks):
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        kind = args.typ.rpartition(":")[2]
        states: dict[str, dict[str, Any]] = {
            "PrimaryIp": {"ipAddress": "203.0.113.7"},
            "Server": {"ipv6Network": "2001:db8::/64", "ipv6Address": "2001:db8::1"},
            "OriginCaCertificate": {"certificate": CERTIFICATE, "expiresOn": "2041-11-18 09:00:00 +0000 UTC"},
            "CertRequest": {"certRequestPem": f"the request of {args.name}"},
            "AccountToken": {"value": TOKEN_VALUE},
            "ApiToken": {"value": TOKEN_VALUE},
            "Command": {"stdout": f"{args.name}: linked to db, access schema"},
            "PrivateKey": {
                "privateKeyOpenssh": CLIENT_KEY if args.name.endswith("client") else HOST_KEY,
                "publicKeyOpenssh": f"ssh-ed25519 AAAA{args.name}\n",
                "privateKeyPem": CLIENT_KEY if args.name.endswith("client") else ORIGIN_KEY,
            },
        }
        # By its name, so that two runs can be compared.
        number = str(zlib.crc32(f"{args.typ} {args.name}".encode()))
        return number, {**args.inputs, **states.get(kind, {}), **self._before(args)}

    def _before(self, args: mocks.MockResourceArgs) -> dict[str, Any]:
        """A component's outputs of the last run, which the engine has until this one's come."""
        found = self.plan.before.registered.items()
        return next((told for urn, told in found if urn.endswith(f"{args.typ}::{args.name}")), {})

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        self.plan.calls.append(args.token)
        groups = [{"id": "other", "name": "Other", "scopes": []}, *_GROUPS]
        answers: dict[str, dict[str, Any]] = {
            "getServerTypes": {"serverTypes": [self._type(kind) for kind in SERVER_TYPES.values()]},
            "getServers": {"servers": self.plan.servers},
            "getLocations": {"locations": list(LOCATIONS.values())},
            "getImage": {"id": 1},
            "getSshKeys": {"sshKeys": self.plan.keys_in_project},
            "getAccountApiTokenPermissionGroupsList": {"results": groups},
            "getApiTokenPermissionGroupsList": {"results": groups},
            "getAccountTokens": {"results": [{"id": name, "name": name} for name in self.plan.tokens]},
            "getApiTokens": {"results": [{"id": name, "name": name} for name in self.plan.tokens]},
            "getZones": {"results": [{"name": name, "id": f"zone-of-{name}"} for name in self.plan.zones]},
            "getIpRanges": {"ipv4Cidrs": [NETWORKS[0]], "ipv6Cidrs": [NETWORKS[1]]},
        }
        if args.token.endswith(":getR2BucketLifecycle"):
            rules = self.plan.buckets.get(args.args["bucketName"])
            if rules is None:
                return {}, [("bucketName", "The specified bucket does not exist.")]
            return {"rules": [{"id": name} for name in rules]}, []
        return answers[args.token.rpartition(":")[2]], []

    def _type(self, kind: Mapping[str, Any]) -> dict[str, Any]:
        places = [{"name": name, "available": name not in self.plan.sold_out} for name in kind["offered"]]
        return {**kind, "locations": places}


_GROUPS = [
    {"id": f"{right.lower()}-group", "name": f"Workers R2 Storage Bucket Item {right}", "scopes": []}
    for right in ("Read", "Write")
]


def run(
    estate: Mapping[str, Any],
    *,
    stack: str = "prod",
    keys_in_project: list[dict[str, Any]] | None = None,
    servers: list[dict[str, Any]] | None = None,
    sold_out: tuple[str, ...] = (),
    secrets: Mapping[str, str] | None = None,
    config: Mapping[str, str] | None = None,
    zones: tuple[str, ...] = Plan.zones,
    tokens: tuple[str, ...] = (),
    buckets: Mapping[str, tuple[str, ...]] | None = None,
    before: Record | None = None,
) -> Plan:
    """The program on this estate; `secrets` are further keys of ours, `servers` what the project has, `sold_out` where
    no type is to be had, `tokens` and `buckets` what the account has, `before` the last run. Raises what the program
    raises.
    """
    plan = Plan(
        keys_in_project=keys_in_project or [],
        servers=servers or [],
        sold_out=sold_out,
        zones=zones,
        tokens=tokens,
        buckets=buckets or {},
        before=before or Record(),
    )
    ours = {f"petbase:{key}": value for key, value in (secrets or {}).items()}
    values = {"petbase:estate": json.dumps(estate), **ours, **(config or {})}
    # Not in the checkout, whose stack file would lend its line numbers to errors.
    with TemporaryDirectory() as folder, chdir(folder):
        program_mocks.run(_Mocks(plan), plan, stack, values, preview=False)
    return plan


def stack_file(stack: str) -> dict[str, Any]:
    held = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text())
    estate: dict[str, Any] = held["config"]["petbase:estate"]
    return estate


__all__ = ["CLIENT_KEY", "HOST_KEY", "TOKENS", "TOKEN_VALUE", "Made", "Plan", "run", "stack_file"]
