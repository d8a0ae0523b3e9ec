"""What two stacks would both create in one account."""

from collections.abc import Mapping, Sequence
from typing import Any

from operate.plan.resource import Planned

_ACCOUNTS = ("hcloud", "cloudflare")
# By these together a thing of an account is known; a DNS record by its type, too.
_NAMES = ("accountId", "zoneId", "name", "type")


def shared(plans: Mapping[str, Sequence[Planned]]) -> list[str]:
    """One sentence for each such thing."""
    owners: dict[tuple[Any, ...], str] = {}
    found = []
    for stack, resources in plans.items():
        for one in resources:
            if "name" not in one.inputs or one.type.partition(":")[0] not in _ACCOUNTS:
                continue
            key = (one.type, *(one.inputs.get(word) for word in _NAMES))
            if (owner := owners.setdefault(key, stack)) != stack:
                found.append(
                    f"Pulumi.{owner}.yaml and Pulumi.{stack}.yaml: both make the {one.kind} {one.inputs['name']}; "
                    "give one of them another name"
                )
    return list(dict.fromkeys(found))
