"""What a preview says when apps leave: by name, which schema stays; and whether a new one is meant to be an old one.

And what is refused because only this resource remembers what the stack file said before. It is refused without a
preview too: the engine refuses the removal of a protected app when its turn has come, after its certificate, settings
and link are gone, and deletes nothing where an update fails before.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any

import pulumi

from components.config.rules.bucket_defaults import bucket_name, with_buckets
from components.config.spec import Estate
from components.edits import preview, refusals
from components.edits.guards import RefusedError
from components.resources.link import AppLink

_TAKEN, _ELSEWHERE, _FOUND, _GUARDED = "backups.bucket-exists", "backups.store", "backups.found", "backups.protect"
# No app's name has a space.
_BUCKET, _PROTECTED = "bucket of ", "protected "


def record_apps(estate: Estate, after: Iterable[AppLink]) -> None:
    """Keeps the apps and their schemas in the stack's state, where the next preview compares. It is written last, so
    that an `up` that was cut off does not forget whom it was about.
    """
    renamed = {name for name, app in estate.apps.items() if app.was}

    def look(args: pulumi.ResourceHookArgs) -> None:
        _look(renamed, args)

    hook = pulumi.ResourceHook("petbase:departures", look, opts=pulumi.ResourceHookOptions(on_dry_run=True))
    pulumi.Stash(
        "apps",
        input={name: estate.schema_of(name) for name in estate.apps}
        | _renamed(estate)
        | _taken(estate)
        | _found(estate)
        | _buckets(estate)
        | _protected(estate),
        opts=pulumi.ResourceOptions(
            depends_on=[link.ready for link in after], hooks=pulumi.ResourceHookBinding(before_update=[hook])
        ),
    )


def _renamed(estate: Estate) -> dict[str, str]:
    """Old names, which leave without anything going."""
    return {app.was: "" for app in estate.apps.values() if app.was}


def _taken(estate: Estate) -> dict[str, str]:
    """Why no bucket of R2 is this stack's own, where none is."""
    if estate.backups.store != "r2":
        return {_ELSEWHERE: ""}
    return {_TAKEN: ""} if estate.backups.bucket_exists else {}


def _found(estate: Estate) -> dict[str, str]:
    """Whether the bucket's rules are somebody else's, and whether they may be replaced."""
    told = {_FOUND: estate.backups.found, _GUARDED: estate.protects(estate.backups)}
    return {key: "" for key, is_so in told.items() if is_so}


def _buckets(estate: Estate) -> dict[str, str]:
    """The buckets in R2, which stay when their apps go."""
    return {f"{_BUCKET}{app}": bucket_name(estate, app) for app, _ in with_buckets(estate, "r2")}


def _protected(estate: Estate) -> dict[str, str]:
    """The apps that no edit may remove."""
    return {f"{_PROTECTED}{name}": "" for name, app in estate.apps.items() if estate.protects(app)}


def _look(renamed: Set[str], args: pulumi.ResourceHookArgs) -> None:
    if problems := refused(args.old_inputs, args.new_inputs):
        raise RefusedError("\n".join(problems))
    preview.warn(warnings(_apps(args.old_inputs), _apps(args.new_inputs), renamed))


def refused(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[str]:
    """Why the record of the apps may not change so; nothing where it may."""
    before, now = _apps(old), _apps(new)
    found = [refusals.protected(f"apps.{app}") for app in before if f"{_PROTECTED}{app}" in before and app not in now]
    # To import what the stack has is a replacement, and protect does not refuse that one (CLI 3.259.0, seen).
    if _TAKEN in now and not {_TAKEN, _ELSEWHERE} & before.keys():
        found.append(f"{_TAKEN}: this stack has the bucket, and would delete it to take it over; remove the line")
    if _FOUND in before and _GUARDED in now and not {_FOUND, _ELSEWHERE} & now.keys():
        found.append(
            f"{_FOUND}: without it Petbase's rules replace all rules of the bucket, yours too. Look at them, and write "
            f"found: true again, or {_GUARDED}: false to give them up (docs/adopting.md)"
        )
    return found


def _apps(inputs: Mapping[str, Any] | None) -> Mapping[str, str]:
    found: Mapping[str, str] = (inputs or {}).get("input") or {}
    return found


def warnings(before: Mapping[str, str], now: Mapping[str, str], renamed: Set[str] = frozenset()) -> list[str]:
    """One sentence for each app that goes, and one for what may be a renaming and is not among the `renamed`. Both are
    schemas by app.
    """
    apps = {app: schema for app, schema in before.items() if schema and not app.startswith(_BUCKET)}
    gone = {app: schema for app, schema in apps.items() if app not in now}
    come = [
        app
        for app, schema in now.items()
        if app not in before and schema and app not in renamed and not app.startswith(_BUCKET)
    ]
    stays = [
        f'apps.{app} is removed; its data stays in the schema "{schema}". ./petbase kept lists it'
        for app, schema in gone.items()
    ]
    stays += [
        f'the files of {app.removeprefix(_BUCKET)} stay in the bucket "{bucket}". ./petbase kept lists it'
        for app, bucket in before.items()
        if app.startswith(_BUCKET) and bucket not in _held(now)
    ]
    if gone and come:
        old, new = " and ".join(gone), " and ".join(come)
        stays.append(
            f"{old} is removed and {new} is added: two apps, and {new} starts without data. If it is one app under a "
            f"new name, write was: {next(iter(gone))} under apps.{come[0]}"
        )
    return stays


def _held(now: Mapping[str, str]) -> set[str]:
    """The buckets that the stack file still has, whichever app has them."""
    return {bucket for app, bucket in now.items() if app.startswith(_BUCKET)}
