"""What is different between two commands of the server's program, in the words of the stack file."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from host.backup.watch import EnsureWatch
from host.copy.ensure import EnsureCopy
from host.core.command import Command

# What only tells a command how to go about it; a rename and a bucket are said by themselves.
_SILENT = frozenset(
    [
        *("bucket", "bucket_variable", "declared", "keep_days_declared", "link", "max_age", "renamed_from", "restart"),
        *("settings_declared", "version_declared", "was"),
    ]
)
_UNKNOWN = frozenset({"network"})  # only Cloudflare knows them
_NAMES = {
    "bootstrap_sha256": "bootstrap-sha256",
    "config": "PostgreSQL setting",
    "dokku": "Dokku",
    "env": "variable",
    "extension": "extension",
    "hardened": "check of the server's hardening",
    "key": "authorized key",
    "memory_mb": "memory-mb",
    "postgres_plugin": "dokku-postgres",
    "prefix": "path",
    "secret_env": "secret",
    "statement_timeout": "statement-timeout",
    "url_parameter": "database-url parameter",
    "url_scheme": "database-url scheme",
    "version": "PostgreSQL",
}
_COUNTED = ("key",)  # too long to be shown
_HIDDEN = ("env",)  # their values are the plan's details


def differing(before: Command | None, after: Command | None, *, all_fields: bool = False) -> list[str]:
    """The fields that differ; a command that comes or goes is compared with one that says nothing. `all_fields`: those
    that no words are made of, too, but for what only Cloudflare knows.
    """
    known = after or before
    fields = dataclasses.fields(known) if known else ()
    silent = _UNKNOWN if all_fields else _UNKNOWN | _SILENT
    if isinstance(known, EnsureCopy):
        silent -= {"bucket"}  # nothing else of the plan says where copies go
    if isinstance(known, EnsureWatch):
        silent |= {"keep_days"}  # the bucket's rule says it
    return [one.name for one in fields if one.kw_only and one.name not in silent and _differs(one, before, after)]


def phrases(before: Command | None, after: Command | None) -> list[str]:
    """A few words for each difference: `variable LOG_LEVEL`, `schedule 0 4 * * * (was 0 3 * * *)`."""
    found: list[str] = []
    for name in differing(before, after):
        old, new = (getattr(one, name, None) for one in (before, after))
        found += _phrases(name, old, new)
    return found


def _differs(one: "dataclasses.Field[Any]", before: Command | None, after: Command | None) -> bool:
    old, new = (getattr(command, one.name) if command else _nothing(one) for command in (before, after))
    return bool(old != new)


def _nothing(one: "dataclasses.Field[Any]") -> Any:
    if one.default_factory is not dataclasses.MISSING:
        return one.default_factory()
    return None if one.default is dataclasses.MISSING else one.default


def _phrases(name: str, old: Any, new: Any) -> Iterator[str]:
    label = _NAMES.get(name, name.replace("_", "-"))
    if isinstance(old, bool) or isinstance(new, bool):
        yield f"{label} {'on' if new else 'off'}"
    elif isinstance(old or new, tuple | Mapping):
        yield from _items(name, label, _mapping(old), _mapping(new))
    elif new in (None, ""):
        yield f"{label} removed"
    else:
        yield f"{label} {new}" + (f" (was {old})" if old not in (None, "") else "")


def _items(name: str, label: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    came, went = new.keys() - old.keys(), old.keys() - new.keys()
    if name in _COUNTED:
        counts = ((len(came), "added"), (len(went), "removed"))
        yield f"{label}s: " + ", ".join(f"{count} {what}" for count, what in counts if count)
        return
    for key, value in new.items():
        shown = key if name in _HIDDEN or not value else f"{key}={value}"
        if key in came:
            yield f"{label} {shown}"
        elif value != old[key]:
            yield f"{label} {key} changed" if name in _HIDDEN else f"{label} {shown} (was {old[key]})"
    yield from (f"{label} {key} removed" for key in old if key in went)


def _mapping(value: Mapping[str, str] | Sequence[str] | None) -> dict[str, str]:
    """Words as NAME=VALUE, and others, by what comes before the =."""
    if isinstance(value, Mapping):
        return dict(value)
    return {word.partition("=")[0]: word.partition("=")[2] for word in value or ()}
