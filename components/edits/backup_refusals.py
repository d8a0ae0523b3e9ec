"""Why an edit of the backups is refused (refusals.py has the others)."""

from typing import Any

from components.dokku import program
from host.backup.ensure import EnsureBackup
from host.files.ensure import EnsureFiles

KEEP, KEEP_BY_DEFAULT = "expire-dumps", "expire-dumps-by-default"
"""The bucket's rule that deletes old dumps: where the stack file names keep-days, and where it does not."""


def shorter_keep(old: Any, new: Any) -> str | None:
    """backups.keep-days lowered, or taken out: what is older than the new limit would be deleted within a day. In R2
    that is dumps; snapshots of files wherever they are. Where the stack file names none before and after, the default
    is another release's, and nobody edited anything.
    """
    (before, was_declared), (after, is_declared) = _days(old), _days(new)
    if after and after < before and (was_declared or is_declared):
        what = "file snapshots" if isinstance(program.command_in(new), EnsureFiles) else "dumps"
        return (
            f"backups.keep-days: {before} to {after} deletes the {what} older than {after} days; "
            f"write {before}, or backups.protect: false to give them up"
        )
    return None


def _days(inputs: Any) -> tuple[int, bool]:
    """Days, 0 for no end, and whether the stack file names them."""
    command = program.command_in(inputs)
    if isinstance(command, EnsureFiles):
        return command.keep_days, command.keep_days_declared
    for rule in inputs.get("rules") or []:
        if rule.get("id") in (KEEP, KEEP_BY_DEFAULT):
            age = (rule.get("deleteObjectsTransition") or {}).get("condition", {}).get("maxAge")
            return int(age or 0) // 86400, rule["id"] == KEEP
    return 0, False


def encryption_off(old: Any, new: Any) -> str | None:
    """backups.encrypt from true to false: dumps would be unencrypted from then on."""
    if _encrypts(old) and _encrypts(new) is False:
        return "backups.encrypt: true to false; write true, or backups.protect: false to leave dumps unencrypted"
    return None


def _encrypts(inputs: Any) -> bool | None:
    command = _backup(inputs)
    return command.encrypt if command else None


def _backup(inputs: Any) -> EnsureBackup | None:
    command = program.command_in(inputs)
    return command if isinstance(command, EnsureBackup) else None


def another_place(old: Any, new: Any) -> str | None:
    """backups.bucket at another S3 store, and backups.path from the top of one to a folder, which once was not the
    default there. R2's buckets are protected themselves.
    """
    before, after = _backup(old), _backup(new)
    if not before or not after:
        return None
    if before.bucket != after.bucket:
        return (
            f"backups.bucket: the dumps of this stack are in {before.bucket}, and would no longer count; write "
            f"{before.bucket}, or backups.protect: false to start with an empty bucket"
        )
    if before.endpoint != after.endpoint or before.prefix or not after.prefix:
        return None
    return (
        "backups.path: the dumps of this stack are at the top of its bucket, and would no longer count; write path: /, "
        "or backups.protect: false to start with an empty folder"
    )


def another_store(old: Any, new: Any) -> str | None:
    """backups.store from s3 to r2: the dumps at the other store would no longer count. The way back loses R2's bucket,
    which is protected itself.
    """
    before, after = _backup(old), _backup(new)
    if not before or not after or _is_r2(before.endpoint) or not _is_r2(after.endpoint):
        return None
    return (
        f"backups.store: the dumps of this stack are in {before.bucket} at {before.endpoint}, and would no longer "
        "count; write store: s3, or backups.protect: false to start with an empty bucket in R2"
    )


def _is_r2(endpoint: str) -> bool:
    return endpoint.rstrip("/").endswith(".r2.cloudflarestorage.com")
