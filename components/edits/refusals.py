"""Why an edit is refused, by the old and the new inputs of one resource. Each is a hook's (guards.py), and ./petbase
plan asks the same.
"""

import os
from collections.abc import Callable
from typing import Any

from components.dokku import program
from components.edits import backup_refusals, bucket_refusals
from host.database.ensure import EnsureDatabase
from host.link.ensure import EnsureLink
from host.server.ensure import EnsureServer
from host.values.versions import is_older, major

UPGRADED = "PETBASE_UPGRADED"
"""In the environment of one run of the program: the version that the server has already, so that it is not refused."""

_FIRST_DEFAULT = 18
"""The major that Petbase's first release gave a new database."""

MAJOR, RELEASE, KEEP = "petbase:another-major", "petbase:older-release", "petbase:shorter-keep"
KEEP_FILES = "petbase:shorter-keep-of-files"
JURISDICTION, ENCRYPTION = "petbase:another-jurisdiction", "petbase:encryption-off"
PLACE, STORE = "petbase:another-place", "petbase:another-store"
PORT, SCHEMA = "petbase:another-port", "petbase:another-schema-"
BUCKET, TAKEN, MOVED = "petbase:another-bucket-", "petbase:taken-bucket-", "petbase:another-jurisdiction-"


def refusal(hook: str, old: Any, new: Any) -> str | None:
    """Why the hook of this name refuses an edit from the old inputs to the new ones; None where it does not."""
    of_apps: dict[str, Callable[[str, Any, Any], str | None]] = {
        SCHEMA: another_schema,
        BUCKET: bucket_refusals.another_bucket,
        TAKEN: bucket_refusals.taken_bucket,
        MOVED: lambda app, old, new: another_jurisdiction(old, new, f"apps.{app}.bucket"),
    }
    for prefix, check in of_apps.items():
        if hook.startswith(prefix):
            return check(hook.removeprefix(prefix), old, new)
    checks: dict[str, Callable[[Any, Any], str | None]] = {
        MAJOR: another_major,
        RELEASE: older_release,
        KEEP: backup_refusals.shorter_keep,
        KEEP_FILES: backup_refusals.shorter_keep,
        JURISDICTION: another_jurisdiction,
        ENCRYPTION: backup_refusals.encryption_off,
        PLACE: backup_refusals.another_place,
        STORE: backup_refusals.another_store,
        PORT: another_port,
    }
    return checks[hook](old, new) if hook in checks else None


def protected(section: str) -> str:
    """Why something is not removed or replaced."""
    return (
        f"{section}: protected, and this edit would remove or replace it. If you mean that, write protect: false "
        f"under {section}, run pulumi up, then make this edit"
    )


def another_major(old: Any, new: Any) -> str | None:
    """database.version: two majors cannot read each other's data, and the plugin's upgrade just breaks.

    Where the stack file names none, a new default is no edit: the server keeps the version that it has. So a former
    default may be what runs.
    """
    before, after = _database(old), _database(new)
    if not before or not after or os.environ.get(UPGRADED) == after.version:
        return None
    was, wanted = major(before.version), major(after.version)
    is_a_default = not after.version_declared or _FIRST_DEFAULT <= wanted < was
    if was == wanted or (not before.version_declared and is_a_default):
        return None
    later = f", then: ./petbase upgrade-database {after.version}" if was < wanted else ""
    return (
        f"database.version: {before.version} to {after.version} is another major version, which needs a dump, a new "
        f'service and a restore; write "{before.version}"{later}'
    )


def _database(inputs: Any) -> EnsureDatabase | None:
    command = program.command_in(inputs)
    return command if isinstance(command, EnsureDatabase) else None


def older_release(old: Any, new: Any) -> str | None:
    """dokku.version or dokku.postgres-plugin lowered: neither finds back from what a newer one wrote."""
    before, after = map(program.command_in, (old, new))
    if not isinstance(before, EnsureServer) or not isinstance(after, EnsureServer):
        return None
    for key, former, wanted in (
        ("dokku.version", before.dokku, after.dokku),
        ("dokku.postgres-plugin", before.postgres_plugin, after.postgres_plugin),
    ):
        # Where the stack file names none, only the server knows what runs.
        if former and wanted and is_older(wanted, former):
            return f"{key}: {former} to {wanted} is a downgrade, which is not possible; write {former}"
    return None


def another_schema(app: str, old: Any, new: Any) -> str | None:
    """apps.APP.schema, but for a rename: its tables would stay in the old one, where the app no longer looks."""
    before, after = map(program.command_in, (old, new))
    if not isinstance(before, EnsureLink) or not isinstance(after, EnsureLink):
        return None
    if before.schema == after.schema or (before.schema, after.schema) == (after.was, app):
        return None
    return (
        f"apps.{app}.schema: {before.schema} to {after.schema} leaves the tables of {app} in {before.schema}, where it "
        f"will not look; write schema: {before.schema}, or apps.{app}.protect: false to start with an empty schema"
    )


def another_jurisdiction(old: Any, new: Any, section: str = "backups") -> str | None:
    """A bucket's jurisdiction: planned as an update, and then refused by the API halfway through."""
    before, after = old.get("jurisdiction") or "default", new.get("jurisdiction") or "default"
    if before != after:
        return f'{section}.jurisdiction: a bucket stays where it was made; write "{before}", or name another bucket'
    return None


def another_port(old: Any, new: Any) -> str | None:
    """server.ssh-port of a server that was made here: every command would go where nothing listens."""
    before, after = _ssh_port(old), _ssh_port(new)
    if before and after and before != after:
        return f"server.ssh-port: {before} to {after}: a server that runs does not follow; write {before}"
    return None


def _ssh_port(inputs: Any) -> str | None:
    """From the firewall's rules: what a connection holds is secret as a whole."""
    ports = [rule.get("port") for rule in inputs.get("rules") or [] if rule.get("description") == "SSH"]
    return ports[0] if ports else None
