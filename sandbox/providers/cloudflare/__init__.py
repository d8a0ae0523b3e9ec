"""The cloudflare provider's stand-in: a pretend account in .sandbox/cloud/cloudflare.json.

Buckets and their tokens are real in the sandbox's S3 store, certificates are signed by a CA of the sandbox's own; DNS
records and zone settings are entries only.
"""

import os
import re
from pathlib import Path

from sandbox.providers.provider import Provider
from sandbox.providers.resource import ApiError
from sandbox.providers.schema import load
from sandbox.providers.values import State

from .certificates import OriginCaCertificate
from .edge import DnsRecord, ZoneSetting
from .lookups import LOOKUPS
from .r2 import R2Bucket, R2BucketLifecycle, R2BucketLock
from .r2_web import R2BucketCors, R2CustomDomain
from .tokens import AccountToken, ApiToken

_TOKEN = re.compile(r"[0-9A-Za-z_-]{40,80}")
_KINDS = (
    *(R2Bucket, R2BucketCors, R2BucketLifecycle, R2BucketLock, R2CustomDomain, AccountToken, ApiToken),
    *(DnsRecord, ZoneSetting, OriginCaCertificate),
)


def configure(config: State) -> State:
    """The token from the configuration, else from CLOUDFLARE_API_TOKEN, in the form that Cloudflare's have."""
    token = config.get("apiToken") or os.environ.get("CLOUDFLARE_API_TOKEN", "")
    if not token:
        raise ApiError(
            "credentials are not set correctly: "
            "set cloudflare:apiToken or the environment variable CLOUDFLARE_API_TOKEN"
        )
    if not _TOKEN.fullmatch(token):
        raise ApiError("API tokens must be 40-80 characters long and only contain characters a-z, A-Z, 0-9, - and _")
    return config


def provider(root: Path) -> Provider:
    """The provider, as plugin.py's launcher starts it."""
    return Provider(load("cloudflare"), root, {kind.token: kind for kind in _KINDS}, LOOKUPS, configure)
