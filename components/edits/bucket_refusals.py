"""Why an edit of an app's bucket is refused (refusals.py has the others)."""

from typing import Any

from components.dokku import program
from host.settings.ensure import EnsureSettings


def another_bucket(app: str, old: Any, new: Any) -> str | None:
    """apps.APP.bucket gone, or another one: its files would stay in the old one, where the app no longer looks."""
    before, after = map(program.command_in, (old, new))
    if not isinstance(before, EnsureSettings) or not isinstance(after, EnsureSettings):
        return None
    if not before.bucket or before.bucket == after.bucket:
        return None
    name, other = (key.split("/")[1] if key else "" for key in (before.bucket, after.bucket))
    lifts = f"apps.{app}.protect: false if it can do without them"
    if not other:
        return f"apps.{app}.bucket: gone, and with it the way to the files in {name}; write it again, or {lifts}"
    if name == other:
        return f"apps.{app}.bucket: a bucket stays in its account and jurisdiction; write the earlier ones, or {lifts}"
    return (
        f"apps.{app}.bucket.name: {name} to {other} leaves the files of {app} in {name}, where it will not look; "
        f"write name: {name}, or {lifts}"
    )


def taken_bucket(app: str, _old: Any, new: Any) -> str:
    """apps.APP.bucket whose bucket the account has, and not from this stack."""
    return (
        f'apps.{app}.bucket: the account has a bucket "{new.get("name")}" already, which this stack did not make. '
        f"Write bucket: {{exists: true}} to give it to {app}, or bucket: {{name: OTHER}}"
    )
