"""The plan of a stack from its stack file alone: the real program under mocks, without accounts, tokens or secrets.

What only accounts, servers and the passphrase know is a placeholder: `<secret>`, or `<Server prod>` for what comes from
that resource. So two plans differ where the stack file or the program does, and in nothing else.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from datetime import date
from typing import Any

from pulumi import RunError

from components.edits.today import FIXED
from operate.core.errors import PetbaseError
from operate.plan import placeholders, program_mocks
from operate.plan.program_mocks import Made, Record, Unknown
from operate.plan.resource import SECRET, Plan, Planned, component_of
from operate.stack import stack_files

# Of the form that components/cloud/preflight.py wants; they open nothing.
_TOKENS = {"HCLOUD_TOKEN": "0" * 64, "CLOUDFLARE_API_TOKEN": "0" * 40}
# Of a connection, which the provider calls secret as a whole, these are; the rest says where a command goes.
_KEYS = ("privateKey", "privateKeyPassword", "password")
# So that a plan does not depend on when it is made.
_ANY_DAY = date(2026, 1, 1)


def plan(stack: str, day: date = _ANY_DAY) -> Plan:
    """What the program makes of this stack, in an order that does not depend on the run. PetbaseError when the stack
    file is not good, with every problem of it. `day`: a certificate's name carries the period that it lies in.
    """
    record = Record()
    file = stack_files.stack_file(stack)
    config = placeholders.config(file) | _of_the_sandbox(stack)
    try:
        # As the engine does, so that errors know the lines of the file.
        with _tokens(), _on(day), chdir(stack_files.CHECKOUT):
            program_mocks.run(placeholders.Accounts(config), record, stack, config, preview=True)
    except RunError as error:  # StackFileError, or what the SDK says of a value
        raise PetbaseError(f"{file.name}: {error}") from None
    speaking = [made for made in record.resources if _says_something(made)]
    names = {known: _named(made) for made in speaking for known in _known(made)}
    found = (_planned(made, names) for made in speaking)
    resources = sorted(found, key=lambda one: (one.parent, one.type, one.name))
    return Plan(stack, tuple(resources), tuple(record.warnings))


def _says_something(made: Made) -> bool:
    """What the program says of itself (components) is what their children say."""
    return not made.type.startswith("petbase:")


def _of_the_sandbox(stack: str) -> dict[str, str]:
    """What the sandbox fills in, where there is one, and the secrets that were set in its copy of the file."""
    root = stack_files.sandbox_root()
    if stack != stack_files.SANDBOX or not (root / "project").exists():
        return {}
    from sandbox import workspace

    secrets = placeholders.config(stack_files.config_file(stack))
    return secrets | {"petbase:estate": json.dumps(workspace.filled_in(root))}


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
def _on(day: date) -> Iterator[None]:
    before = FIXED.set(day)
    try:
        yield
    finally:
        FIXED.reset(before)


def _known(made: Made) -> Iterator[str]:
    """A placeholder for this resource in the inputs of another."""
    yield from [made.id] if made.id else []
    yield from [placeholders.ADDRESS] if made.type.endswith(":PrimaryIp") else []


def _named(made: Made) -> str:
    return f"<{made.type.rpartition(':')[2]} {made.name}>"


def _planned(made: Made, names: Mapping[str, str]) -> Planned:
    request = made.request
    options = {
        "protect": request.protect,
        "import": request.importId,
        "ignoreChanges": list(request.ignoreChanges),
        "retainOnDelete": request.retainOnDelete,
    }
    inputs = {key: _shown(made, key, value, names) for key, value in made.inputs.items()}
    kept = {key: said for key, said in options.items() if said}
    return Planned(made.type, made.name, component_of(request.parent), kept, inputs, tuple(request.hooks.before_update))


def _shown(made: Made, key: str, value: Any, names: Mapping[str, str]) -> Any:
    if key == "connection":
        value = {part: SECRET if part in _KEYS else held for part, held in value.items()}
    elif key in made.secret:
        return SECRET
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
