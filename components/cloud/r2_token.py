"""Tokens for one R2 bucket, as S3 credentials."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from components.cloud import cloudflare
from components.config.spec import Backups

Right = Literal["Read", "Write"]
_GROUP = "Workers R2 Storage Bucket Item {}"
_IDS: dict[Right, str] = {"Read": "6a018a9f2fc74eb6b293b0c548f38b39", "Write": "2efd5506f9c8494dacb1fa10a3e7d5b6"}


@dataclass(frozen=True)
class Keys:
    """S3 credentials, and the token that they are of."""

    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]
    token: pulumi.Resource


def make(
    name: str, spec: Backups, right: Right, networks: Sequence[pulumi.Input[str]], opts: pulumi.ResourceOptions
) -> Keys:
    """A token that opens this bucket and no other, from these networks only where some are given."""
    resource = f"com.cloudflare.edge.r2.bucket.{spec.account_id}_{spec.jurisdiction}_{spec.bucket}"
    resources = json.dumps({resource: "*"}, separators=(",", ":"))
    known = pulumi.Output.all(*networks).apply(lambda found: [network for network in found if network])
    # Both kinds of token take the same words; their types have two names.
    said: dict[str, Any] = {
        "name": name,
        "policies": [{"effect": "allow", "permissionGroups": [{"id": _group(right, spec)}], "resources": resources}],
        "condition": {"requestIp": {"ins": known}} if networks else None,
    }
    token: cloudflare.ApiToken | cloudflare.AccountToken
    if spec.token_owner == "user":
        token = cloudflare.ApiToken(name, said, opts)
    else:
        token = cloudflare.AccountToken(name, {"accountId": spec.account_id or "", **said}, opts)
    # R2's own rule: the key id is the token's id, the secret the SHA-256 of its value.
    return Keys(token.id, pulumi.Output.secret(token.value.apply(_sha256)), token)


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _group(right: Right, spec: Backups) -> str:
    """The permission group's id by its name; the id known in 2026 where the list cannot be read."""
    wanted = _GROUP.format(right)
    try:
        groups = cloudflare.permission_groups(None if spec.token_owner == "user" else spec.account_id)
    except Exception:  # noqa: BLE001  the SDK raises plain Exception; a token may lack the right to list
        pulumi.log.info(f'permission groups cannot be listed; "{wanted}" is taken to be {_IDS[right]}')
        return _IDS[right]
    return next((group["id"] for group in groups if group["name"] == wanted), _IDS[right])
