"""The plan of a stack from its stack file alone: the real program under mocks, without accounts, tokens or secrets.

What only accounts, servers and the passphrase know is a placeholder: `<secret>`, or `<Server prod>` for what comes from
that resource. So two plans differ where the stack file or the program does, and in nothing else.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from pulumi import RunError

from components.edits.today import FIXED
from operate.core.errors import PetbaseError
from operate.plan import placeholders, program_mocks
from operate.plan.program_mocks import Made, Record, Unknown
from operate.stack import pulumi_cli

# Of the form that components/cloud/preflight.py wants; they open nothing.
_TOKENS = {"HCLOUD_TOKEN": "0" * 64, "CLOUDFLARE_API_TOKEN": "0" * 40}
_SECRET = "<secret>"
# Of a connection, which the provider calls secret as a whole, these are; the rest says where a command goes.
_KEYS = ("privateKey", "privateKeyPassword", "password")
_ACCOUNTS = ("hcloud", "cloudflare")
# By these together a thing of an account is known; a DNS record by its type, too.
_NAMES = ("accountId", "zoneId", "name", "type")


@dataclass(frozen=True)
class Planned:
    """One resource of a provider. `parent` is the component that it belongs to; `options` are those that guard it."""

    type: str
    name: str
    parent: str
    options: Mapping[str, Any]
    inputs: Mapping[str, Any]


def files() -> list[str]:
    """Every stack that has a file here, but the sandbox."""
    found = (file.name.split(".", 1)[1].removesuffix(".yaml") for file in pulumi_cli.CHECKOUT.glob("Pulumi.*.yaml"))
    return sorted(name for name in found if name != pulumi_cli.SANDBOX)


def plan(stack: str) -> list[Planned]:
    """What the program makes of this stack, in an order that does not depend on the run. PetbaseError when the stack
    file is not good, with every problem of it.
    """
    record = Record()
    file = pulumi_cli.stack_file(stack)
    config = placeholders.config(file)
    try:
        # As the engine does, so that errors know the lines of the file.
        with _tokens(), _one_day(), chdir(pulumi_cli.CHECKOUT):
            program_mocks.run(placeholders.Accounts(config), record, stack, config, preview=True)
    except RunError as error:  # StackFileError, or what the SDK says of a value
        raise PetbaseError(f"{file.name}: {error}") from None
    names = {known: _named(made) for made in record.resources for known in _known(made)}
    # What the program says of itself (components) is what their children say.
    found = [_planned(made, names) for made in record.resources if not made.type.startswith("petbase:")]
    return sorted(found, key=lambda one: (one.parent, one.type, one.name))


def shared(plans: Mapping[str, Sequence[Planned]]) -> list[str]:
    """What two stacks would both make in one account, a sentence each."""
    owners: dict[tuple[Any, ...], str] = {}
    found = []
    for stack, resources in plans.items():
        for one in resources:
            if "name" not in one.inputs or one.type.partition(":")[0] not in _ACCOUNTS:
                continue
            key = (one.type, *(one.inputs.get(word) for word in _NAMES))
            if (owner := owners.setdefault(key, stack)) != stack:
                kind = one.type.rpartition(":")[2]
                found.append(
                    f"Pulumi.{owner}.yaml and Pulumi.{stack}.yaml: both make the {kind} {one.inputs['name']}; "
                    "give one of them another name"
                )
    return list(dict.fromkeys(found))


@contextmanager
def _tokens() -> Iterator[None]:
    """Placeholders for the tokens, whatever the environment has."""
    before = {name: os.environ.get(name) for name in _TOKENS}
    os.environ.update(_TOKENS)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


@contextmanager
def _one_day() -> Iterator[None]:
    """Any, but the same one always: a certificate's name carries the period that its day lies in."""
    before = FIXED.set(date(2026, 1, 1))
    try:
        yield
    finally:
        FIXED.reset(before)


def _known(made: Made) -> Iterator[str]:
    """What stands for this resource where another one wants it."""
    yield from [made.id] if made.id else []
    yield from [placeholders.ADDRESS] if made.type.endswith(":PrimaryIp") else []


def _named(made: Made) -> str:
    return f"<{made.type.rpartition(':')[2]} {made.name}>"


def _planned(made: Made, names: Mapping[str, str]) -> Planned:
    request = made.request
    parent_type, parent = request.parent.split("::")[-2:]
    options = {
        "protect": request.protect,
        "import": request.importId,
        "ignoreChanges": list(request.ignoreChanges),
        "retainOnDelete": request.retainOnDelete,
    }
    inputs = {key: _shown(made, key, value, names) for key, value in made.inputs.items()}
    component = f"{parent_type.rpartition(':')[2]} {parent}" if "petbase:" in parent_type else ""
    return Planned(made.type, made.name, component, {key: said for key, said in options.items() if said}, inputs)


def _shown(made: Made, key: str, value: Any, names: Mapping[str, str]) -> Any:
    if key == "connection":
        value = {part: _SECRET if part in _KEYS else held for part, held in value.items()}
    elif key in made.secret:
        return _SECRET
    urns = made.request.propertyDependencies[key].urns
    return _filled(value, _from(urns), names)


def _filled(value: Any, unknown: str, names: Mapping[str, str]) -> Any:
    """The value with words for what is not known, and names for ids."""
    if isinstance(value, Unknown):
        return unknown
    if isinstance(value, dict):
        return {key: _filled(held, unknown, names) for key, held in value.items()}
    if isinstance(value, list):
        return [_filled(held, unknown, names) for held in value]
    if isinstance(value, str | int):
        for number, name in names.items():
            if number in str(value):
                value = str(value).replace(number, name)
    return value


def _from(urns: Any) -> str:
    """Where an unknown value comes from."""
    found = sorted({f"{urn.split('::')[2].rpartition(':')[2]} {urn.rpartition('::')[2]}" for urn in urns})
    return f"<{', '.join(found)}>" if found else "<unknown>"
