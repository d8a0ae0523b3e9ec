"""Edits of the stack file that are refused in the preview, because the old value has data behind it.

A `before_update` hook sees the old and the new inputs, in a preview too; a replacement is no update, and is refused by
`protect`. Each lifts with `protect: false` on the section that it guards.
"""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pulumi

from components.dokku import program
from host.backup.ensure import EnsureBackup
from host.database.ensure import EnsureDatabase
from host.link.ensure import EnsureLink
from host.server.ensure import EnsureServer
from host.values.versions import is_older

UPGRADED = "PETBASE_UPGRADED"
"""In the environment of one run of the program: the version that the server has already, so that it is no refusal."""

_Check = Callable[[Any, Any], str | None]


class RefusedError(Exception):
    """The edit would lose or strand data; the message says which and the way out."""


def _hook(name: str, check: _Check) -> pulumi.ResourceHook:
    def refuse(args: pulumi.ResourceHookArgs) -> None:
        problem = check(args.old_inputs or {}, args.new_inputs or {})
        if problem:
            raise RefusedError(problem)

    return pulumi.ResourceHook(name, refuse, opts=pulumi.ResourceHookOptions(on_dry_run=True))


def binding(*hooks: pulumi.ResourceHook) -> pulumi.ResourceHookBinding:
    """The hooks as a resource option."""
    return pulumi.ResourceHookBinding(before_update=list(hooks))


def another_major() -> pulumi.ResourceHook:
    """database.version: two majors cannot read each other's data, and the plugin's upgrade just breaks."""
    return _hook("petbase:another-major", _another_major)


def older_release() -> pulumi.ResourceHook:
    """dokku.version or dokku.postgres-plugin lowered: neither finds back from what a newer one wrote."""
    return _hook("petbase:older-release", _older_release)


def shorter_keep() -> pulumi.ResourceHook:
    """backups.keep-days lowered: dumps that are older than the new limit would be deleted within a day."""
    return _hook("petbase:shorter-keep", _shorter_keep)


def another_jurisdiction() -> pulumi.ResourceHook:
    """backups.jurisdiction: planned as an update, and then refused by the API halfway through."""
    return _hook("petbase:another-jurisdiction", _another_jurisdiction)


def encryption_off() -> pulumi.ResourceHook:
    """backups.encrypt from true to false: dumps would lie in the clear from then on."""
    return _hook("petbase:encryption-off", _encryption_off)


def another_schema(app: str) -> pulumi.ResourceHook:
    """apps.APP.schema: its tables would stay in the old one, where the app no longer looks."""
    return _hook(f"petbase:another-schema-{app}", partial(_another_schema, app))


def another_port() -> pulumi.ResourceHook:
    """server.ssh-port of a server that was made here: the firewall and every command would go where nothing listens."""
    return _hook("petbase:another-port", _another_port)


def _another_major(old: Any, new: Any) -> str | None:
    before, after = _version(old), _version(new)
    if not before or not after or os.environ.get(UPGRADED) == after or _major(before) == _major(after):
        return None
    later = f", then: ./petbase upgrade-database {after}" if _major(before) < _major(after) else ""
    return (
        f"database.version: {before} to {after} is another major version, which needs a dump, a new service and a "
        f'restore; write "{before}"{later}'
    )


def _version(inputs: Any) -> str:
    command = program.command_of(inputs.get("create") or "")
    return command.version if isinstance(command, EnsureDatabase) else ""


def _major(version: str) -> int:
    return int(version.partition(".")[0])


def _older_release(old: Any, new: Any) -> str | None:
    before, after = (program.command_of(inputs.get("create") or "") for inputs in (old, new))
    if not isinstance(before, EnsureServer) or not isinstance(after, EnsureServer):
        return None
    for key, former, wanted in (
        ("dokku.version", before.dokku, after.dokku),
        ("dokku.postgres-plugin", before.postgres_plugin, after.postgres_plugin),
    ):
        # Where the stack file named none, nobody knows here what runs; the server does.
        if former and wanted and is_older(wanted, former):
            return f"{key}: {former} to {wanted} goes back, and there is no way back; write {former}"
    return None


def _another_schema(app: str, old: Any, new: Any) -> str | None:
    before, after = (program.command_of(inputs.get("create") or "") for inputs in (old, new))
    if not isinstance(before, EnsureLink) or not isinstance(after, EnsureLink):
        return None
    if before.schema == after.schema or (before.schema, after.schema) == (after.was, app):
        return None
    return (
        f"apps.{app}.schema: {before.schema} to {after.schema} leaves the tables of {app} in {before.schema}, where it "
        f"will not look; write schema: {before.schema}, or apps.{app}.protect: false if it may begin anew"
    )


def _shorter_keep(old: Any, new: Any) -> str | None:
    before, after = _days(old), _days(new)
    if before and after and after < before:
        return (
            f"backups.keep-days: {before} to {after} deletes the dumps older than {after} days; "
            f"write {before}, or backups.protect: false if they may go"
        )
    return None


def _days(inputs: Any) -> int | None:
    for rule in inputs.get("rules") or []:
        if rule.get("id") == "expire-dumps":
            age = (rule.get("deleteObjectsTransition") or {}).get("condition", {}).get("maxAge")
            return int(age) // 86400 if age else None
    return None


def _another_jurisdiction(old: Any, new: Any) -> str | None:
    before, after = old.get("jurisdiction") or "default", new.get("jurisdiction") or "default"
    if before != after:
        return f'backups.jurisdiction: a bucket stays where it was made; write "{before}", or name another bucket'
    return None


def _encryption_off(old: Any, new: Any) -> str | None:
    if _encrypts(old) and _encrypts(new) is False:
        return "backups.encrypt: true to false; write true, or backups.protect: false if dumps may lie in the clear"
    return None


def _encrypts(inputs: Any) -> bool | None:
    command = program.command_of(inputs.get("create") or "")
    return command.encrypt if isinstance(command, EnsureBackup) else None


def _another_port(old: Any, new: Any) -> str | None:
    before, after = _ssh_port(old), _ssh_port(new)
    if before and after and before != after:
        return f"server.ssh-port: {before} to {after}: a server that runs does not follow; write {before}"
    return None


def _ssh_port(inputs: Any) -> str | None:
    """From the firewall's rules: what a connection holds is secret as a whole."""
    ports = [rule.get("port") for rule in inputs.get("rules") or [] if rule.get("description") == "SSH"]
    return ports[0] if ports else None
