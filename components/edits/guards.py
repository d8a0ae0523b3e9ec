"""Edits of the stack file that are refused in the preview, because the old value has data behind it (refusals.py).

A `before_update` hook sees the old and the new inputs, in a preview too; a replacement is no update, and is refused by
`protect`. Each lifts with `protect: false` on the section that it guards.
"""

import pulumi

from components.edits import refusals


class RefusedError(Exception):
    """The edit would lose or strand data; the message says which and the way out."""


def _hook(name: str) -> pulumi.ResourceHook:
    def refuse(args: pulumi.ResourceHookArgs) -> None:
        problem = refusals.refusal(name, args.old_inputs or {}, args.new_inputs or {})
        if problem:
            raise RefusedError(problem)

    return pulumi.ResourceHook(name, refuse, opts=pulumi.ResourceHookOptions(on_dry_run=True))


def binding(*hooks: pulumi.ResourceHook) -> pulumi.ResourceHookBinding:
    """The hooks as a resource option."""
    return pulumi.ResourceHookBinding(before_update=list(hooks))


def another_major() -> pulumi.ResourceHook:
    """database.version: two majors cannot read each other's data, and the plugin's upgrade just breaks."""
    return _hook(refusals.MAJOR)


def older_release() -> pulumi.ResourceHook:
    """dokku.version or dokku.postgres-plugin lowered: neither finds back from what a newer one wrote."""
    return _hook(refusals.RELEASE)


def shorter_keep() -> pulumi.ResourceHook:
    """backups.keep-days lowered: dumps that are older than the new limit would be deleted within a day."""
    return _hook(refusals.KEEP)


def another_jurisdiction() -> pulumi.ResourceHook:
    """backups.jurisdiction: planned as an update, and then refused by the API halfway through."""
    return _hook(refusals.JURISDICTION)


def moved_bucket(app: str) -> pulumi.ResourceHook:
    """apps.APP.bucket.jurisdiction, likewise."""
    return _hook(f"{refusals.MOVED}{app}")


def another_bucket(app: str) -> pulumi.ResourceHook:
    """apps.APP.bucket: its files would stay in the old one, where the app no longer looks."""
    return _hook(f"{refusals.BUCKET}{app}")


def taken_bucket(app: str) -> pulumi.ResourceHook:
    """apps.APP.bucket: the account has a bucket of that name which the stack did not make. For `before_create`."""
    return _hook(f"{refusals.TAKEN}{app}")


def encryption_off() -> pulumi.ResourceHook:
    """backups.encrypt from true to false: dumps would lie in the clear from then on."""
    return _hook(refusals.ENCRYPTION)


def another_path() -> pulumi.ResourceHook:
    """backups.path of another S3 store: its dumps would stay at the top of the bucket, and count no more."""
    return _hook(refusals.PLACE)


def another_schema(app: str) -> pulumi.ResourceHook:
    """apps.APP.schema: its tables would stay in the old one, where the app no longer looks."""
    return _hook(f"{refusals.SCHEMA}{app}")


def another_port() -> pulumi.ResourceHook:
    """server.ssh-port of a server that was made here: the firewall and every command would go where nothing listens."""
    return _hook(refusals.PORT)
