"""What is different between two plans, or between what is deployed and a plan."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.dokku import program
from host.app.ensure import EnsureApp
from operate.plan.resource import SECRET, Planned

ADDED, CHANGED, REMOVED, REPLACED = "+", "~", "-", "±"
# In a command it is quoted.
_PLACEHOLDER = re.compile(r"'?<[A-Za-z][^<>]*>'?")
_RENAMED_TYPES = ("App", "AppLink", "AppSettings", "AppCertificate")


@dataclass(frozen=True)
class Change:
    """One resource that is added, changed, removed or replaced; `keys` are the inputs that differ."""

    sign: str
    before: Planned | None
    after: Planned | None
    keys: tuple[str, ...] = ()

    @property
    def one(self) -> Planned:
        """The resource as it will be, or as it was."""
        found = self.after or self.before
        assert found is not None
        return found

    def inputs(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Before and after; empty where there is none."""
        return (self.before.inputs if self.before else {}), (self.after.inputs if self.after else {})


def between(before: Sequence[Planned], after: Sequence[Planned]) -> list[Change]:
    """The changes in the order of `after`, then what is removed."""
    old = {(one.type, one.name): one for one in before}
    renamed = dict(renames(after))
    found, kept = [], set()
    for one in after:
        key = _key_before(one, old.keys(), renamed)
        kept.add(key)
        change = _change(old.get(key), one)
        found += [change] if change else []
    return found + [Change(REMOVED, one, None) for key, one in old.items() if key not in kept]


def renames(resources: Sequence[Planned]) -> Iterator[tuple[str, str]]:
    """Each app that is renamed: its new name and its old one."""
    for one in resources:
        command = program.command_in(one.inputs)
        if isinstance(command, EnsureApp) and command.renamed_from:
            yield command.app, command.renamed_from


def _key_before(one: Planned, old: Any, renamed: Mapping[str, str]) -> tuple[str, str]:
    kind, _, app = one.parent.partition(" ")
    if (one.type, one.name) not in old and kind in _RENAMED_TYPES and app in renamed:
        return one.type, one.name.replace(app, renamed[app], 1)
    return one.type, one.name


def _change(before: Planned | None, after: Planned) -> Change | None:
    if before is None:
        return Change(ADDED, None, after)
    keys = tuple(sorted(_differing(before, after)))
    if not keys:
        return None
    return Change(REPLACED if _replaces(after.type, keys) else CHANGED, before, after, keys)


def _differing(before: Planned, after: Planned) -> Iterator[str]:
    ignored = after.options.get("ignoreChanges", ())
    for key in before.inputs.keys() | after.inputs.keys():
        if key not in ignored and not agrees(before.inputs.get(key), after.inputs.get(key)):
            yield key


def agrees(before: Any, after: Any) -> bool:
    """Whether a value may be the same: a placeholder may stand for any text, and a secret for every value."""
    if SECRET in (before, after):
        return True
    if isinstance(before, dict) and isinstance(after, dict):
        return all(agrees(before.get(key), after.get(key)) for key in before.keys() | after.keys())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(agrees, before, after))
    if isinstance(after, str) and (parts := _PLACEHOLDER.split(after))[1:]:
        whole = parts == ["", ""]
        return whole or re.fullmatch(".*".join(map(re.escape, parts)), str(before), re.DOTALL) is not None
    return bool(before == after)


def _replaces(kind: str, keys: Sequence[str]) -> bool:
    """By the providers' own schemas, of which the sandbox has what Petbase uses."""
    from sandbox.providers import schema

    package = kind.partition(":")[0]
    if package == "pulumi":
        return False
    declared = schema.load(package).resources[kind]["inputs"]
    return any(declared.get(key, {}).get("replaces") for key in keys)
