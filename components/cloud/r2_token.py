"""Tokens for one R2 bucket, as S3 credentials."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from components.cloud import cloudflare
from components.config.backups_spec import Backups
from components.config.rules.bucket_defaults import Place

Right = Literal["Read", "Write"]
_GROUP = "Workers R2 Storage Bucket Item {}"
_IDS: dict[Right, str] = {"Read": "6a018a9f2fc74eb6b293b0c548f38b39", "Write": "2efd5506f9c8494dacb1fa10a3e7d5b6"}


@dataclass(frozen=True)
class Keys:
    """S3 credentials, and the token that they are of."""

    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]
    token: pulumi.Resource


@dataclass(frozen=True)
class Scope:
    """The bucket that a token opens, and whose token it is: the account's, or the user's."""

    account: str
    jurisdiction: str
    bucket: str
    owner: Literal["account", "user"]

    @classmethod
    def of_dumps(cls, spec: Backups) -> "Scope":
        """The bucket of the dumps."""
        return cls(spec.account_id or "", spec.jurisdiction, spec.bucket, spec.token_owner)

    @classmethod
    def of_app(cls, place: Place, spec: Backups) -> "Scope":
        """The bucket of an app."""
        return cls(place.account, place.jurisdiction, place.name, spec.token_owner)

    @property
    def listed_for(self) -> str | None:
        """As Cloudflare's lookups take it: the account, or None for the user."""
        return None if self.owner == "user" else self.account


def name_of(stack: str, bucket: str, spec: Backups) -> str:
    """What the tokens of PROJECT/STACK for a bucket are called. A raised `token-generation` is another name, so that
    the engine makes the new ones first and deletes the old ones last, when the new are in use.
    """
    name, number = first_name_of(stack, bucket), spec.token_generation
    return name if number == 1 else f"{name}-{number}"


def first_name_of(stack: str, bucket: str) -> str:
    """What it was called before any rotation."""
    return f"petbase-{stack.rpartition('/')[2]}-{bucket}"


def make(
    name: str,
    scope: Scope,
    group: pulumi.Input[str],
    networks: Sequence[pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> Keys:
    """A token that opens this bucket and no other, with the rights of a `group`, from these networks only where some
    are given.
    """
    resource = f"com.cloudflare.edge.r2.bucket.{scope.account}_{scope.jurisdiction}_{scope.bucket}"
    resources = json.dumps({resource: "*"}, separators=(",", ":"))
    known = pulumi.Output.all(*networks).apply(lambda found: [network for network in found if network])
    # Both kinds of token take the same words; their types have two names.
    said: dict[str, Any] = {
        "name": name,
        "policies": [{"effect": "allow", "permissionGroups": [{"id": group}], "resources": resources}],
        "condition": {"requestIp": {"ins": known}} if networks else None,
    }
    token: cloudflare.ApiToken | cloudflare.AccountToken
    if scope.owner == "user":
        token = cloudflare.ApiToken(name, said, opts)
    else:
        token = cloudflare.AccountToken(name, {"accountId": scope.account, **said}, opts)
    # R2's own rule: the key id is the token's id, the secret the SHA-256 of its value.
    return Keys(token.id, pulumi.Output.secret(token.value.apply(_sha256)), token)


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def group(right: Right, listed_for: str | None) -> pulumi.Output[str]:
    """The permission group's id by its name; the id known in 2026 where the list cannot be read. Only the token waits
    for it, not the program: a lookup at Cloudflare takes a good part of a second.
    """
    return pulumi.Output.from_input(_group(right, listed_for))


async def _group(right: Right, listed_for: str | None) -> str:
    wanted = _GROUP.format(right)
    try:
        groups = await cloudflare.permission_groups(listed_for)
    except Exception:  # noqa: BLE001  the SDK raises plain Exception; a token may lack the right to list
        pulumi.log.info(f'permission groups cannot be listed; "{wanted}" is taken to be {_IDS[right]}')
        return _IDS[right]
    return next((group["id"] for group in groups if group["name"] == wanted), _IDS[right])
