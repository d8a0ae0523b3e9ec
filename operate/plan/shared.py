"""What two stacks would both create in one account, or both write to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.dokku import program
from host.backup.ensure import EnsureBackup
from host.copy.ensure import EnsureCopy
from operate.plan.resource import Planned

_ACCOUNTS = ("hcloud", "cloudflare")
# By these together a thing of an account is known; a DNS record by its type, too.
_NAMES = ("accountId", "zoneId", "name", "type")


def shared(plans: Mapping[str, Sequence[Planned]]) -> list[str]:
    """One sentence for each such thing."""
    owners: dict[tuple[Any, ...], str] = {}
    found = []
    for stack, resources in plans.items():
        for key, what in (*_made(resources), *_written(resources)):
            if (owner := owners.setdefault(key, stack)) != stack:
                found.append(f"Pulumi.{owner}.yaml and Pulumi.{stack}.yaml: both {what}")
    return list(dict.fromkeys(found))


def _made(resources: Sequence[Planned]) -> Iterator[tuple[tuple[Any, ...], str]]:
    for one in resources:
        if "name" in one.inputs and one.type.partition(":")[0] in _ACCOUNTS:
            key = (one.type, *(one.inputs.get(word) for word in _NAMES))
            yield key, f"make the {one.kind} {one.inputs['name']}; give one of them another name"


def _written(resources: Sequence[Planned]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Where the dumps go. A bucket that is made here was compared by its name."""
    made_here = any(one.kind == "R2Bucket" for one in resources)
    for one in resources:
        command = program.command_in(one.inputs)
        if isinstance(command, EnsureCopy) or (isinstance(command, EnsureBackup) and not made_here):
            place = f"{command.bucket}/{command.prefix}"
            key = (command.endpoint, place, command.service)
            path = "backups.copy.path" if isinstance(command, EnsureCopy) else "backups.path"
            yield key, f"write the dumps of {command.service} to {place}; give one of them another {path}"
