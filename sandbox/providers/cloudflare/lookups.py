"""The functions that look things up in the account, and Cloudflare's own addresses."""

import hashlib
from http import HTTPStatus

from sandbox.providers.resource import Function, World
from sandbox.providers.values import State
from sandbox.store import account

from .api import refusal
from .edge import zones
from .permissions import listed
from .tokens import AccountToken, ApiToken

# cloudflare.com/ips, unchanged since 2021
_IPV4 = (
    *("173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18"),
    *("108.162.192.0/18", "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17"),
    *("162.158.0.0/15", "104.16.0.0/13", "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22"),
)
_IPV6 = (
    *("2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32"),
    *("2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32"),
)


def permission_groups(_world: World, args: State) -> State:
    """Both lists of permission groups: the account's and the user's."""
    return args | {"results": listed(args)}


def ip_ranges(_world: World, args: State) -> State:
    """cloudflare.getIpRanges."""
    return args | {"etag": "38f79d050aa027e3be3865e495dcc9bc", "ipv4Cidrs": list(_IPV4), "ipv6Cidrs": list(_IPV6)}


def tokens(world: World, args: State) -> State:
    """Both lists of tokens: the account's and the user's. Without their values, as in the real ones."""
    kind = AccountToken if "accountId" in args else ApiToken
    shown = ("name", "status", "issuedOn", "modifiedOn")
    held = world.cloud.all(kind.token).items()
    return args | {"results": [{"id": key} | {name: one[name] for name in shown} for key, one in held]}


def bucket_lifecycle(world: World, args: State) -> State:
    """cloudflare.getR2BucketLifecycle; refuses a bucket that is not there."""
    bucket, store = args["bucketName"], world.root / "store"
    if bucket not in account.buckets(store):
        path = f"/accounts/{args['accountId']}/r2/buckets/{bucket}/lifecycle"
        raise refusal("GET", path, HTTPStatus.NOT_FOUND, 10006, "The specified bucket does not exist.")
    return args | {"rules": account.lifecycle(store, bucket)}


def get_zones(world: World, args: State) -> State:
    """cloudflare.getZones: those of this name, or all."""
    found = [_public(key, name) for key, name in zones(world).items() if args.get("name") in (None, name)]
    return args | {"results": found[: args.get("maxItems", len(found))]}


LOOKUPS: dict[str, Function] = {
    f"cloudflare:index/{name}:{name}": function
    for name, function in (
        ("getAccountApiTokenPermissionGroupsList", permission_groups),
        ("getApiTokenPermissionGroupsList", permission_groups),
        ("getAccountTokens", tokens),
        ("getApiTokens", tokens),
        ("getIpRanges", ip_ranges),
        ("getR2BucketLifecycle", bucket_lifecycle),
        ("getZones", get_zones),
    )
}


def _public(key: str, name: str) -> State:
    """What the API says about an ordinary active zone."""
    flags = dict.fromkeys(("cdnOnly", "dnsOnly", "foundationDns", "phishingDetected"), False)
    free = {"id": "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "name": "Free Website", "price": 0, "currency": "USD"}
    more = {"frequency": "", "legacyId": "free", "legacyDiscount": False, "isSubscribed": False}
    nothing = ("originalRegistrar", "originalDnshost", "cnameSuffix", "verificationKey")
    return {
        **dict.fromkeys(nothing, ""),
        **{empty: [] for empty in ("originalNameServers", "vanityNameServers", "permissions")},
        **dict.fromkeys(("createdOn", "modifiedOn", "activatedOn"), "2025-01-01T00:00:00Z"),
        "id": key,
        "name": name,
        "status": "active",
        "type": "full",
        "paused": False,
        "developmentMode": 0,
        "nameServers": ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
        "account": {"id": hashlib.md5(b"account").hexdigest(), "name": f"{name}'s account"},
        "owner": {"id": "", "name": "", "type": "user"},
        "tenant": {"id": "", "name": ""},
        "tenantUnit": {"id": ""},
        "meta": flags | dict.fromkeys(("customCertificateQuota", "pageRuleQuota", "step"), 0),
        "plan": free | more | {"canSubscribe": False, "externallyManaged": False},
    }
