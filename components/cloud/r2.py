"""The Cloudflare resources behind `store: r2`."""

from typing import Any

import pulumi

from components.cloud import cloudflare
from components.config.backups_spec import Backups
from components.config.rules.bucket_defaults import r2_endpoint
from components.config.spec import Estate
from components.edits import bucket_unlock, guards, refusals
from components.edits.backup_refusals import KEEP, KEEP_BY_DEFAULT
from host.dumps.dump import SAFETY, VERIFIED

Rule = dict[str, Any]
_DAY = 86_400  # seconds: all of R2's ages are seconds


def make(parent: pulumi.Resource, estate: Estate) -> cloudflare.R2Bucket:
    """The bucket with its rules; one whose dumps are not ours (`backups.found`) keeps those that it has."""
    spec, guarded = estate.backups, estate.protects(estate.backups)
    account = spec.account_id or ""
    bucket = cloudflare.R2Bucket(
        spec.bucket,
        {
            "accountId": account,
            "name": spec.bucket,
            "jurisdiction": spec.jurisdiction,
            "location": spec.location,
        },
        pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=parent, hooks=_hooks(guarded, refusals.JURISDICTION), protect=guarded),
            _found(spec) if spec.bucket_exists else None,
        ),
    )
    if spec.found:
        return bucket
    cloudflare.R2BucketLock(
        f"{spec.bucket}-lock",
        {**_of(bucket, spec), "rules": _lock(spec, *(_prefix(estate, part) for part in ("", SAFETY, VERIFIED)))},
        pulumi.ResourceOptions(parent=parent, depends_on=[bucket], protect=guarded),
    )
    return bucket


def expire(parent: pulumi.Resource, bucket: cloudflare.R2Bucket, estate: Estate, after: pulumi.Resource) -> None:
    """How long dumps stay. After the server's part: when a pause ends, that makes a dump and restores it for practice.

    It waits without depending on it, or no server could be removed whose bucket stays. A pause begins at once, also
    where no server answers any more.
    """
    spec = estate.backups

    async def rules() -> list[Rule]:
        if not spec.paused:
            await after.urn.future()
        return _lifecycle(spec, _prefix(estate, ""), _prefix(estate, SAFETY))

    guarded = estate.protects(spec)
    cloudflare.R2BucketLifecycle(
        f"{spec.bucket}-lifecycle",
        {**_of(bucket, spec), "rules": pulumi.Output.from_input(rules())},
        pulumi.ResourceOptions(
            parent=parent, depends_on=[bucket], hooks=_hooks(guarded, refusals.KEEP), protect=guarded
        ),
    )


def _of(bucket: cloudflare.R2Bucket, spec: Backups) -> dict[str, pulumi.Input[Any]]:
    return {"accountId": spec.account_id or "", "bucketName": bucket.name, "jurisdiction": spec.jurisdiction}


def _prefix(estate: Estate, part: str) -> str:
    """Where the keys of dumps begin; `part` is their folder below the path."""
    return f"{estate.backups.prefix}{part}postgres-{estate.database.service}-"


def endpoint(spec: Backups) -> str:
    """Where the bucket is reached by S3."""
    return spec.endpoint or r2_endpoint(spec.account_id or "", spec.jurisdiction)


def _found(spec: Backups) -> pulumi.ResourceOptions:
    """A bucket that is there, as after the state was lost. Its location was chosen when it was made."""
    bucket = f"{spec.account_id}/{spec.bucket}/{spec.jurisdiction}"
    ignored = ["location", "storageClass"]
    return pulumi.ResourceOptions(import_=bucket, ignore_changes=ignored, retain_on_delete=spec.found)


def _hooks(guarded: bool, hook: str) -> pulumi.ResourceHookBinding | None:
    return guards.binding(hook) if guarded else None


def _lifecycle(spec: Backups, dumps: str, safety_dumps: str) -> list[Rule]:
    """All rules at once: a PUT replaces them all, R2's own one for unfinished uploads included. Sorted by id, as the
    provider keeps them: in another order a refresh would read other inputs than these.
    """
    return [
        abort_unfinished("abort-unfinished-uploads"),
        _expiry(spec, KEEP if "keep_days" in spec.model_fields_set else KEEP_BY_DEFAULT, dumps),
        _expiry(spec, "expire-safety-dumps", safety_dumps),
    ]


def abort_unfinished(name: str) -> Rule:
    """The rule that gives up uploads which were begun and not finished within a week."""
    return {
        "id": name,
        "enabled": True,
        "conditions": {"prefix": ""},
        "abortMultipartUploadsTransition": {"condition": {"type": "Age", "maxAge": 7 * _DAY}},
    }


def _expiry(spec: Backups, name: str, prefix: str) -> Rule:
    return {
        "id": name,
        # While paused no new dump comes, so none may expire.
        "enabled": not spec.paused,
        "conditions": {"prefix": prefix},
        "deleteObjectsTransition": {"condition": {"type": "Age", "maxAge": spec.keep_days * _DAY}},
    }


def _lock(spec: Backups, *prefixes: str) -> list[Rule]:
    """Dumps, safety dumps, and copies of verified ones: while young, they cannot be removed or overwritten."""
    if spec.lock_days == 0 or bucket_unlock.unlocked(spec):
        return []
    age = {"type": "Age", "maxAgeSeconds": spec.lock_days * _DAY}
    names = ("lock-dumps", "lock-safety-dumps", "lock-verified")
    return [
        {"id": name, "enabled": True, "prefix": prefix, "condition": age}
        for name, prefix in zip(names, prefixes, strict=True)
    ]
