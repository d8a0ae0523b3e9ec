"""The Cloudflare resources behind an app's bucket, and whether the account has that bucket already."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from components.cloud import cloudflare, r2, r2_token
from components.cloud.zones import Zone
from components.config.backups_spec import Backups
from components.config.rules.bucket_defaults import Place
from components.edits import guards, refusals

# Direct uploads and downloads. R2 takes no form uploads (POST); parts of a large upload need their ETag.
_METHODS, _SHOWN, _REMEMBERED_SECONDS = ["GET", "HEAD", "PUT"], ["ETag"], 3600


@dataclass(frozen=True)
class Known:
    """What the account says of the stack's buckets. `mine`: those that the stack made and let go when their app left,
    which come back into its state. `others`: those that the stack never had. `group`: the rights of an app's key.
    """

    mine: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    group: pulumi.Input[str] = ""


def look(places: Iterable[Place], stack: str, spec: Backups) -> Known:
    """Ask the account. Nothing is asked of buckets whose key is there: the state has those."""
    found = list(places)
    if not found:
        return Known()
    listed_for = None if spec.token_owner == "user" else found[0].account
    names = _tokens(listed_for)
    rules = {
        place.name: _lifecycle(place)
        for place in found
        if names is not None and not _has_key(names, r2_token.first_name_of(stack, place.name))
    }
    mine = {name for name, ids in rules.items() if ids is not None and _mark(stack) in ids}
    others = {name for name, ids in rules.items() if ids is not None and name not in mine}
    return Known(frozenset(mine), frozenset(others), r2_token.group("Write", listed_for))


def make(parent: pulumi.Resource, place: Place, location: str | None, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    """The bucket. It stays in the account when it leaves the stack."""
    # Where it lies is settled when it is made, also for one that comes back.
    own = pulumi.ResourceOptions(parent=parent, retain_on_delete=True, ignore_changes=["location", "storageClass"])
    return cloudflare.R2Bucket(
        place.name,
        {"accountId": place.account, "name": place.name, "jurisdiction": place.jurisdiction, "location": location},
        pulumi.ResourceOptions.merge(own, opts),
    )


def lifecycle(place: Place, stack: str, opts: pulumi.ResourceOptions) -> None:
    """The rule for unfinished uploads. The provider never takes rules away: it stays with the bucket, and tells whose
    that was.
    """
    cloudflare.R2BucketLifecycle(
        f"{place.name}-lifecycle", {**_of(place), "rules": [r2.abort_unfinished(_mark(stack))]}, opts
    )


def import_of(place: Place) -> pulumi.ResourceOptions:
    """A bucket that is there comes into the state as it is."""
    return pulumi.ResourceOptions(import_=place.key)


def hooks(app: str, place: Place, known: Known) -> pulumi.ResourceOptions:
    """What is refused in the preview: to move the bucket, and to take one that is not the stack's."""
    binding = guards.binding(f"{refusals.MOVED}{app}")
    if place.name in known.others:
        binding.before_create = [guards.hook(f"{refusals.TAKEN}{app}")]
    return pulumi.ResourceOptions(hooks=binding)


def cors(place: Place, origins: Iterable[str], opts: pulumi.ResourceOptions) -> None:
    """Which pages may use the bucket from a browser."""
    rule = {
        "id": "browsers",
        "allowed": {"methods": _METHODS, "origins": list(origins), "headers": ["*"]},
        "exposeHeaders": _SHOWN,
        "maxAgeSeconds": _REMEMBERED_SECONDS,
    }
    cloudflare.R2BucketCors(f"{place.name}-cors", {**_of(place), "rules": [rule]}, opts)


def public(place: Place, domain: str, zone: Zone, opts: pulumi.ResourceOptions) -> None:
    """Everyone can read the files under this name."""
    named = {"domain": domain, "zoneId": zone.id, "enabled": True, "minTls": "1.2"}
    cloudflare.R2CustomDomain(domain, {**_of(place), **named}, opts)


def _of(place: Place) -> dict[str, str]:
    return {"accountId": place.account, "bucketName": place.name, "jurisdiction": place.jurisdiction}


def _mark(stack: str) -> str:
    """The id of the rule for unfinished uploads, by which a bucket says which stack made it."""
    return f"petbase-{stack.rpartition('/')[2]}-abort-unfinished-uploads"


def _has_key(tokens: Iterable[str], name: str) -> bool:
    """Whether a token of this name is among them, rotated or not."""
    return any(re.fullmatch(rf"{re.escape(name)}(-\d+)?", one) for one in tokens)


def _tokens(listed_for: str | None) -> list[str] | None:
    """The names of the tokens; None where the list cannot be read."""
    try:
        return [str(token["name"]) for token in cloudflare.tokens(listed_for)]
    except Exception:  # noqa: BLE001  the SDK raises plain Exception; a token may lack the right to list
        pulumi.log.info("API tokens cannot be listed; a bucket that is there already needs bucket: {exists: true}")
        return None


def _lifecycle(place: Place) -> list[str] | None:
    """The ids of a bucket's lifecycle rules; None where there is no such bucket. The lookup knows the default
    jurisdiction only.
    """
    if place.jurisdiction != "default":
        return None
    try:
        return [str(rule["id"]) for rule in cloudflare.lifecycle_rules(place.account, place.name)]
    except Exception:  # noqa: BLE001  as the SDK raises it, 404 included
        return None
