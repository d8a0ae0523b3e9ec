"""Rules of the stack file about apps, alone and among each other; `stack_rules` has the others."""

import shlex
from collections import Counter
from collections.abc import Iterator

from components.config.section import given
from components.config.spec import Estate
from host.postgres.roles import EXTENSIONS
from host.postgres.schema_record import PETBASE

_SCHEMA_ONLY = ("schema_name", "reads", "extensions", "connections", "statement_timeout")
# "NAME readers" is a role, and PostgreSQL's names end at 63 bytes.
_READABLE = 55
# Linux takes 128 KiB for the command line that sshd hands to a shell.
_LONGEST_LINE = 100_000
_RESERVED_ROLES = {"postgres", "public", "none"}


def problems(estate: Estate) -> list[str]:
    """Every broken rule, as `path: what is wrong; way out`."""
    checks = (_schemas, _reads, _names, _variables, _mounts)
    return [problem for check in checks for problem in check(estate)]


def _schemas(estate: Estate) -> Iterator[str]:
    """A schema belongs to the role of the same name, so an app's name may not be the schema of other apps only."""
    living = {app: estate.schema_of(app) for app, spec in estate.apps.items() if spec.access == "schema"}
    for app, schema in living.items():
        if app in _RESERVED_ROLES or app.startswith("pg_"):
            yield f'apps.{app}: PostgreSQL already has a role "{app}"; rename the app, or set access: superuser'
        if app in (EXTENSIONS, PETBASE):
            whose = "the extensions of all apps" if app == EXTENSIONS else "Petbase's own tables"
            yield f'apps.{app}: "{app}" holds {whose}; rename the app'
        if schema != app and schema in living and living[schema] != schema:
            yield (
                f'apps.{app}.schema: "{schema}" is the name of an app whose schema is "{living[schema]}"; '
                "choose another schema name"
            )
    for app, spec in estate.apps.items():
        if spec.access == "superuser":
            for key in given(spec, _SCHEMA_ONLY):
                yield f"apps.{app}.{key}: an app with access: superuser has no schema; remove one of the two"


def _reads(estate: Estate) -> Iterator[str]:
    here = {estate.schema_of(app) for app, spec in estate.apps.items() if spec.access == "schema"}
    for app, spec in estate.apps.items():
        for schema in spec.reads:
            if schema not in here:
                known = ", ".join(sorted(here - {estate.schema_of(app)}))
                there = f"there are: {known}" if known else "no other app has one"
                yield f'apps.{app}.reads: no app of this file has the schema "{schema}"; {there}'
            elif schema == estate.schema_of(app):
                yield f'apps.{app}.reads: "{schema}" is its own schema; remove it'
            elif len(schema) > _READABLE:
                yield f'apps.{app}.reads: "{schema}" is too long for reads, which takes at most {_READABLE} characters'
    for schema in here:
        living = [app for app, spec in estate.apps.items() if estate.schema_of(app) == schema]
        for app in living[1:]:
            if set(estate.apps[app].reads) != set(estate.apps[living[0]].reads):
                yield f'apps.{app}.reads: differs from apps.{living[0]}.reads, and both share the schema "{schema}"'


def _names(estate: Estate) -> Iterator[str]:
    """A renaming takes one app that is no longer in the file to one that is."""
    takers: dict[str, list[str]] = {}
    for app, spec in estate.apps.items():
        if spec.was:
            takers.setdefault(spec.was, []).append(app)
    for was, apps in takers.items():
        if was in estate.apps:
            yield f"apps.{apps[0]}.was: {was} is still an app of this file; remove one of the two"
        if len(apps) > 1:
            yield f"apps.{apps[1]}.was: apps.{apps[0]} says the same; remove one of the two"


def _mounts(estate: Estate) -> Iterator[str]:
    for app, spec in estate.apps.items():
        for folder, count in Counter(mount.split(":")[1] for mount in spec.storage).items():
            if count > 1:
                yield f"apps.{app}.storage: {folder} is used {count} times; use it once"


def _variables(estate: Estate) -> Iterator[str]:
    for app, spec in estate.apps.items():
        for name in sorted(set(spec.secrets) & spec.env.keys()):
            yield f"apps.{app}.secrets: {name} is also in env; keep one of the two"
        for name, count in Counter(spec.secrets).items():
            if count > 1:
                yield f"apps.{app}.secrets: {name} is listed {count} times; keep one"
        length = sum(len(f"{name}={shlex.quote(value)}".encode()) for name, value in spec.env.items())
        if length > _LONGEST_LINE:
            yield (
                f"apps.{app}.env: {length} bytes in all, and the command that sets them may have {_LONGEST_LINE}; put "
                "the long ones under secrets"
            )
