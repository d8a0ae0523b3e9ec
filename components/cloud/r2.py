"""The Cloudflare resources behind `store: r2`; apart from bucket.py, as importing pulumi_cloudflare takes seconds."""

import pulumi
import pulumi_cloudflare as cloudflare

from components.config.spec import Backups, Estate
from components.edits import bucket_unlock, guards

_DAY = 86_400  # seconds: all of R2's ages are seconds


def make(parent: pulumi.Resource, estate: Estate) -> cloudflare.R2Bucket:
    """The bucket with its rules; one whose dumps are not ours (`backups.found`) keeps those that it has."""
    spec, guarded = estate.backups, estate.protects(estate.backups)
    account = spec.account_id or ""
    bucket = cloudflare.R2Bucket(
        spec.bucket,
        account_id=account,
        name=spec.bucket,
        jurisdiction=spec.jurisdiction,
        location=spec.location,
        opts=pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=parent, hooks=_hooks(guarded, guards.another_jurisdiction())),
            _found(spec) if spec.bucket_exists else None,
        ),
    )
    if spec.found:
        return bucket
    in_bucket = pulumi.ResourceOptions(parent=parent, depends_on=[bucket])
    folder = f"{spec.path}/" if spec.path else ""
    dumps = f"postgres-{estate.database.service}-"
    cloudflare.R2BucketLifecycle(
        f"{spec.bucket}-lifecycle",
        account_id=account,
        bucket_name=bucket.name,
        jurisdiction=spec.jurisdiction,
        rules=_lifecycle(spec, f"{folder}{dumps}"),
        opts=pulumi.ResourceOptions.merge(
            in_bucket, pulumi.ResourceOptions(hooks=_hooks(guarded, guards.shorter_keep()))
        ),
    )
    cloudflare.R2BucketLock(
        f"{spec.bucket}-lock",
        account_id=account,
        bucket_name=bucket.name,
        jurisdiction=spec.jurisdiction,
        rules=_lock(spec, f"{folder}{dumps}", f"{folder}verified/{dumps}"),
        opts=in_bucket,
    )
    return bucket


def endpoint(spec: Backups) -> str:
    """Where the account's buckets of this jurisdiction are reached by S3."""
    part = "" if spec.jurisdiction == "default" else f"{spec.jurisdiction}."
    return spec.endpoint or f"https://{spec.account_id}.{part}r2.cloudflarestorage.com"


def _found(spec: Backups) -> pulumi.ResourceOptions:
    """A bucket that is there, as after the state was lost. Where it lies was settled by whoever made it."""
    bucket = f"{spec.account_id}/{spec.bucket}/{spec.jurisdiction}"
    ignored = ["location", "storageClass"]
    return pulumi.ResourceOptions(import_=bucket, ignore_changes=ignored, retain_on_delete=spec.found)


def _hooks(guarded: bool, hook: pulumi.ResourceHook) -> pulumi.ResourceHookBinding | None:
    return guards.binding(hook) if guarded else None


def _lifecycle(spec: Backups, dumps: str) -> list[cloudflare.R2BucketLifecycleRuleArgs]:
    """All rules at once: a PUT replaces them all, R2's own one for unfinished uploads included. Sorted by id, as the
    provider keeps them: in another order a refresh would read other inputs than these.
    """
    age = cloudflare.R2BucketLifecycleRuleDeleteObjectsTransitionConditionArgs(
        type="Age", max_age=spec.keep_days * _DAY
    )
    abort = cloudflare.R2BucketLifecycleRuleAbortMultipartUploadsTransitionConditionArgs(type="Age", max_age=7 * _DAY)
    return [
        cloudflare.R2BucketLifecycleRuleArgs(
            id="abort-unfinished-uploads",
            enabled=True,
            conditions=cloudflare.R2BucketLifecycleRuleConditionsArgs(prefix=""),
            abort_multipart_uploads_transition=cloudflare.R2BucketLifecycleRuleAbortMultipartUploadsTransitionArgs(
                condition=abort
            ),
        ),
        cloudflare.R2BucketLifecycleRuleArgs(
            id="expire-dumps",
            # While paused no new dump comes, so none may expire.
            enabled=not spec.paused,
            conditions=cloudflare.R2BucketLifecycleRuleConditionsArgs(prefix=dumps),
            delete_objects_transition=cloudflare.R2BucketLifecycleRuleDeleteObjectsTransitionArgs(condition=age),
        ),
    ]


def _lock(spec: Backups, *prefixes: str) -> list[cloudflare.R2BucketLockRuleArgs]:
    """Dumps, and the copies of those that were verified: while young, nobody can remove or overwrite them."""
    if spec.lock_days == 0 or bucket_unlock.unlocked(spec):
        return []
    age = cloudflare.R2BucketLockRuleConditionArgs(type="Age", max_age_seconds=spec.lock_days * _DAY)
    names = ("lock-dumps", "lock-verified")
    return [
        cloudflare.R2BucketLockRuleArgs(id=name, enabled=True, prefix=prefix, condition=age)
        for name, prefix in zip(names, prefixes, strict=True)
    ]
