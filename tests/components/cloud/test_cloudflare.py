"""The thin classes for Cloudflare's resources are what the provider's own SDK would send."""

import importlib
import subprocess
import sys
from pathlib import Path

import pulumi_cloudflare
import pytest

from components.cloud import cloudflare
from sandbox.providers import schema

_KINDS = [
    cloudflare.R2Bucket,
    cloudflare.R2BucketLifecycle,
    cloudflare.R2BucketCors,
    cloudflare.R2CustomDomain,
    cloudflare.R2BucketLock,
    cloudflare.AccountToken,
    cloudflare.ApiToken,
    cloudflare.DnsRecord,
    cloudflare.ZoneSetting,
    cloudflare.OriginCaCertificate,
]
_CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_the_sdk_knows_each_resource_by_the_same_type(kind: type[cloudflare._Resource]) -> None:
    assert getattr(pulumi_cloudflare, kind.__name__).pulumi_type == kind.token


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_outputs_and_secrets_are_the_providers(kind: type[cloudflare._Resource]) -> None:
    declared = schema.load("cloudflare").resources[kind.token]["outputs"]
    assert set(kind.outputs) <= set(declared)
    assert set(kind.secret) == {name for name, output in declared.items() if output.get("secret")}


@pytest.mark.parametrize(
    "function",
    [
        *("getZones", "getIpRanges", "getApiTokenPermissionGroupsList", "getAccountApiTokenPermissionGroupsList"),
        *("getApiTokens", "getAccountTokens", "getR2BucketLifecycle"),
    ],
)
def test_the_sdk_knows_each_lookup_by_the_same_name(function: str) -> None:
    module = "get_" + "".join(f"_{char.lower()}" if char.isupper() else char for char in function[3:]).lstrip("_")
    source = Path(importlib.import_module(f"pulumi_cloudflare.{module}").__file__ or "").read_text()
    assert f"'cloudflare:index/{function}:{function}'" in source


def test_the_program_does_not_import_the_sdk() -> None:
    modules = "components.resources.backups.bucket, components.resources.edge, components.resources.certificates"
    code = f"import sys, {modules}\n"
    code += "print('pulumi_cloudflare' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=_CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
