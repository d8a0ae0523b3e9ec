"""Cloudflare's resources and lookups, in the provider's own words (camel case), without importing pulumi_cloudflare.

That import costs two seconds of CPU in every preview: 600 modules, of which a dozen resources are used here. The engine
needs no more than a resource's type, its inputs and the provider's version. tests/components/cloud/test_cloudflare.py
holds each class against the SDK and each input against the provider's schema, so an upgrade that changes one is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, ClassVar

import pulumi
from pulumi.runtime import invoke
from pulumi.runtime.invoke import invoke_async

Inputs = Mapping[str, Any]


class _Resource(pulumi.CustomResource):
    """One resource of the provider. `outputs` are read by the program; `secret` ones are kept secret by the engine."""

    token: ClassVar[str]
    outputs: ClassVar[Sequence[str]] = ()
    secret: ClassVar[Sequence[str]] = ()

    def __init__(self, name: str, inputs: Inputs, opts: pulumi.ResourceOptions | None = None) -> None:
        own = pulumi.ResourceOptions(version=_version(), additional_secret_outputs=list(self.secret) or None)
        nothing = dict.fromkeys(self.outputs)
        super().__init__(self.token, name, {**nothing, **inputs}, pulumi.ResourceOptions.merge(opts, own))


class R2Bucket(_Resource):
    """A bucket."""

    token = "cloudflare:index/r2Bucket:R2Bucket"
    name: pulumi.Output[str]


class R2BucketLifecycle(_Resource):
    """All lifecycle rules of a bucket; one PUT replaces them."""

    token = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle"


class R2BucketCors(_Resource):
    """All CORS rules of a bucket; its end takes them away."""

    token = "cloudflare:index/r2BucketCors:R2BucketCors"


class R2CustomDomain(_Resource):
    """A name under which everyone can read a bucket. Cloudflare makes its DNS record and its certificate."""

    token = "cloudflare:index/r2CustomDomain:R2CustomDomain"


class R2BucketLock(_Resource):
    """All lock rules of a bucket."""

    token = "cloudflare:index/r2BucketLock:R2BucketLock"


class _Token(_Resource):
    outputs = ("value",)
    secret = ("value",)
    value: pulumi.Output[str]


class AccountToken(_Token):
    """An API token of the account."""

    token = "cloudflare:index/accountToken:AccountToken"


class ApiToken(_Token):
    """An API token of the user."""

    token = "cloudflare:index/apiToken:ApiToken"


class DnsRecord(_Resource):
    """A DNS record."""

    token = "cloudflare:index/dnsRecord:DnsRecord"


class ZoneSetting(_Resource):
    """One setting of a zone."""

    token = "cloudflare:index/zoneSetting:ZoneSetting"


class OriginCaCertificate(_Resource):
    """A certificate that only Cloudflare trusts."""

    token = "cloudflare:index/originCaCertificate:OriginCaCertificate"
    outputs = ("certificate", "expiresOn")
    certificate: pulumi.Output[str]
    expiresOn: pulumi.Output[str]  # noqa: N815 (the provider's own word)


def zones() -> list[dict[str, Any]]:
    """The zones that the token shows, each with `id` and `name`."""
    return _results("getZones", {})


async def permission_groups(account_id: str | None) -> list[dict[str, Any]]:
    """The permission groups of the account, or of the user (None), each with `id` and `name`."""
    function, args = "getApiTokenPermissionGroupsList", {}
    if account_id is not None:
        function, args = "getAccountApiTokenPermissionGroupsList", {"accountId": account_id}
    found: list[dict[str, Any]] = (await invoke_async(*_call(function, args)))["results"]
    return found


def tokens(account_id: str | None) -> list[dict[str, Any]]:
    """The API tokens of the account, or of the user (None), each with `id` and `name`."""
    if account_id is None:
        return _results("getApiTokens", {})
    return _results("getAccountTokens", {"accountId": account_id})


def lifecycle_rules(account_id: str, bucket: str) -> list[dict[str, Any]]:
    """The lifecycle rules of a bucket of the default jurisdiction; the SDK raises where there is no such bucket."""
    found = _invoke("getR2BucketLifecycle", {"accountId": account_id, "bucketName": bucket})
    return found.get("rules") or []


def ip_ranges() -> tuple[list[str], list[str]]:
    """Cloudflare's own IPv4 and IPv6 networks."""
    found = _invoke("getIpRanges", {})
    return found["ipv4Cidrs"], found["ipv6Cidrs"]


def _results(function: str, args: Inputs) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _invoke(function, args)["results"]
    return found


def _invoke(function: str, args: Inputs) -> dict[str, Any]:
    found: dict[str, Any] = invoke(*_call(function, args)).value
    return found


def _call(function: str, args: Inputs) -> tuple[str, dict[str, Any], pulumi.InvokeOptions]:
    """What both of the SDK's ways to look something up take."""
    return f"cloudflare:index/{function}:{function}", dict(args), pulumi.InvokeOptions(version=_version())


@cache
def _version() -> str:
    """The installed SDK's version, by which the engine chooses the provider plugin."""
    return version("pulumi_cloudflare")
