"""The Cloudflare resources behind `store: r2`; apart from bucket.py, as importing pulumi_cloudflare takes seconds."""

import hashlib
import json
from dataclasses import dataclass

import pulumi
import pulumi_cloudflare as cloudflare

from components import refusals
from components.spec import Backups, Estate

_DAY = 86_400  # seconds: all of R2's ages are seconds
_WRITE = "Workers R2 Storage Bucket Item Write"
_WRITE_ID = "2efd5506f9c8494dacb1fa10a3e7d5b6"


@dataclass(frozen=True)
class R2:
    """What was made: where the bucket is, and what opens it."""

    endpoint: str
    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]
    token: pulumi.Resource


def make(parent: pulumi.Resource, label: str, estate: Estate) -> R2:
    """The bucket with its rules and its token. A token may go and come, so it alone is not protected."""
    spec, guarded = estate.backups, estate.protects(estate.backups)
    account = spec.account_id or ""
    bucket = cloudflare.R2Bucket(
        spec.bucket,
        account_id=account,
        name=spec.bucket,
        jurisdiction=spec.jurisdiction,
        location=spec.location,
        opts=pulumi.ResourceOptions(parent=parent, hooks=_hooks(guarded, refusals.another_jurisdiction())),
    )
    in_bucket = pulumi.ResourceOptions(parent=parent, depends_on=[bucket])
    dumps = f"{spec.path}/" if spec.path else ""
    dumps += f"postgres-{estate.database.service}-"
    cloudflare.R2BucketLifecycle(
        f"{spec.bucket}-lifecycle",
        account_id=account,
        bucket_name=bucket.name,
        jurisdiction=spec.jurisdiction,
        rules=_lifecycle(spec, dumps),
        opts=pulumi.ResourceOptions.merge(
            in_bucket, pulumi.ResourceOptions(hooks=_hooks(guarded, refusals.shorter_keep()))
        ),
    )
    cloudflare.R2BucketLock(
        f"{spec.bucket}-lock",
        account_id=account,
        bucket_name=bucket.name,
        jurisdiction=spec.jurisdiction,
        rules=_lock(spec, dumps),
        opts=in_bucket,
    )
    token = _token(label, account, spec, pulumi.ResourceOptions(parent=parent, depends_on=[bucket], protect=False))
    return R2(
        endpoint=spec.endpoint or _endpoint(account, spec.jurisdiction),
        # R2's own rule: the key id is the token's id, the secret the SHA-256 of its value.
        access_key_id=token.id,
        secret_access_key=pulumi.Output.secret(token.value.apply(_sha256)),
        token=token,
    )


def _hooks(guarded: bool, hook: pulumi.ResourceHook) -> pulumi.ResourceHookBinding | None:
    return refusals.binding(hook) if guarded else None


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _endpoint(account: str, jurisdiction: str) -> str:
    part = "" if jurisdiction == "default" else f"{jurisdiction}."
    return f"https://{account}.{part}r2.cloudflarestorage.com"


def _lifecycle(spec: Backups, dumps: str) -> list[cloudflare.R2BucketLifecycleRuleArgs]:
    """All rules at once: a PUT replaces them all, R2's own one for unfinished uploads included."""
    age = cloudflare.R2BucketLifecycleRuleDeleteObjectsTransitionConditionArgs(
        type="Age", max_age=spec.keep_days * _DAY
    )
    abort = cloudflare.R2BucketLifecycleRuleAbortMultipartUploadsTransitionConditionArgs(type="Age", max_age=7 * _DAY)
    return [
        cloudflare.R2BucketLifecycleRuleArgs(
            id="expire-dumps",
            # While paused no new dump comes, so none may expire.
            enabled=not spec.paused,
            conditions=cloudflare.R2BucketLifecycleRuleConditionsArgs(prefix=dumps),
            delete_objects_transition=cloudflare.R2BucketLifecycleRuleDeleteObjectsTransitionArgs(condition=age),
        ),
        cloudflare.R2BucketLifecycleRuleArgs(
            id="abort-unfinished-uploads",
            enabled=True,
            conditions=cloudflare.R2BucketLifecycleRuleConditionsArgs(prefix=""),
            abort_multipart_uploads_transition=cloudflare.R2BucketLifecycleRuleAbortMultipartUploadsTransitionArgs(
                condition=abort
            ),
        ),
    ]


def _lock(spec: Backups, dumps: str) -> list[cloudflare.R2BucketLockRuleArgs]:
    if spec.lock_days == 0:
        return []
    age = cloudflare.R2BucketLockRuleConditionArgs(type="Age", max_age_seconds=spec.lock_days * _DAY)
    return [cloudflare.R2BucketLockRuleArgs(id="lock-dumps", enabled=True, prefix=dumps, condition=age)]


def _token(
    label: str, account: str, spec: Backups, opts: pulumi.ResourceOptions
) -> cloudflare.AccountToken | cloudflare.ApiToken:
    name = f"petbase-{label}-{spec.bucket}"
    resource = f"com.cloudflare.edge.r2.bucket.{account}_{spec.jurisdiction}_{spec.bucket}"
    resources = json.dumps({resource: "*"}, separators=(",", ":"))
    if spec.token_owner == "user":
        user_group = cloudflare.ApiTokenPolicyPermissionGroupArgs(id=_write_group(None))
        user_policy = cloudflare.ApiTokenPolicyArgs(effect="allow", permission_groups=[user_group], resources=resources)
        return cloudflare.ApiToken(name, name=name, policies=[user_policy], opts=opts)
    group = cloudflare.AccountTokenPolicyPermissionGroupArgs(id=_write_group(account))
    policy = cloudflare.AccountTokenPolicyArgs(effect="allow", permission_groups=[group], resources=resources)
    return cloudflare.AccountToken(name, account_id=account, name=name, policies=[policy], opts=opts)


def _write_group(account: str | None) -> str:
    """The permission group's id by its name; the id known in 2026 where the list cannot be read."""
    try:
        groups = (
            cloudflare.get_account_api_token_permission_groups_list(account_id=account).results
            if account
            else cloudflare.get_api_token_permission_groups_list().results
        )
    except Exception:  # noqa: BLE001  the SDK raises plain Exception; a token may lack the right to list
        pulumi.log.info(f'permission groups cannot be listed; "{_WRITE}" is taken to be {_WRITE_ID}')
        return _WRITE_ID
    return next((group.id for group in groups if group.name == _WRITE), _WRITE_ID)
