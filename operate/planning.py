"""The plan of a stack from its stack file alone: the real program under mocks, without accounts, tokens or secrets.

What only accounts, servers and the passphrase know is a placeholder: `<secret>`, or `<Server prod>` for what comes from
that resource. So two plans differ where the stack file or the program does, and in nothing else.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pulumi import RunError
from pulumi.runtime import mocks

from components import pem
from components.spec import Server
from components.today import FIXED
from operate import mocked
from operate import stack as stacks
from operate.errors import PetbaseError
from operate.mocked import Made, Record, Unknown

# Of the form that components/offer.py wants; they open nothing.
_TOKENS = {"HCLOUD_TOKEN": "0" * 64, "CLOUDFLARE_API_TOKEN": "0" * 40}
_TOKEN_KEYS = ("hcloud:token", "cloudflare:apiToken")
_SECRET = "<secret>"
# Of a connection, which the provider calls secret as a whole, these are; the rest says where a command goes.
_KEYS = ("privateKey", "privateKeyPassword", "password")
_ACCOUNTS = ("hcloud", "cloudflare")
# By these together a thing of an account is known; a DNS record by its type, too.
_NAMES = ("accountId", "zoneId", "name", "type")
# What a connection is made of must be known, or it would not be seen at all: the engine hides it as a whole.
_ADDRESS = "198.18.198.18"  # for benchmarks (RFC 2544), so nobody's, and in no script
_TOLD = {
    "PrimaryIp": {"ipAddress": _ADDRESS},
    "PrivateKey": {"privateKeyOpenssh": "<PrivateKey {name}>", "publicKeyOpenssh": "<PrivateKey {name}>"},
}


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
    found = (file.name.split(".", 1)[1].removesuffix(".yaml") for file in stacks.CHECKOUT.glob("Pulumi.*.yaml"))
    return sorted(name for name in found if name != stacks.SANDBOX)


def plan(stack: str) -> list[Planned]:
    """What the program makes of this stack, in an order that does not depend on the run. PetbaseError when the stack
    file is not good, with every problem of it.
    """
    record = Record()
    file = stacks.stack_file(stack)
    config = _config(file)
    try:
        with _tokens(), _one_day():
            mocked.run(_Accounts(config), record, stack, config, preview=True)
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


def _config(file: Path) -> dict[str, str]:
    """The file's keys as the engine gives them to a program; `secure:` ones without what they hold."""
    try:
        held = (yaml.safe_load(file.read_text()) or {}).get("config") or {}
    except (yaml.YAMLError, AttributeError) as problem:
        raise PetbaseError(f"{file.name}: cannot be read as YAML: {problem}") from None
    found = {key if ":" in key else f"petbase:{key}": value for key, value in held.items()}
    kinds = _certificates(found)
    return {key: _text(key, value, kinds.get(key, "")) for key, value in found.items() if key not in _TOKEN_KEYS}


def _certificates(config: Mapping[str, Any]) -> dict[str, str]:
    """The keys that hold a certificate of one's own, each with its kind (components/pem.py)."""
    try:
        apps = config["petbase:estate"]["apps"]
        own = {app: spec["tls"] for app, spec in apps.items() if spec and isinstance(spec.get("tls"), dict)}
    except (AttributeError, KeyError, TypeError):  # the program says what is wrong with it
        return {}
    return {f"petbase:{app}.{name}": kind for app, tls in own.items() for kind, name in tls.items()}


def _text(key: str, value: Any, kind: str) -> str:
    if isinstance(value, dict) and list(value) == ["secure"]:
        # One that every secret's own rule takes (components/secrets.py, pem.py).
        placeholders = {"certificate": f"{pem.BEGINS}{key}", "key": f"{pem.BEGINS}{key}", "tar": pem.packed(key, key)}
        return placeholders.get(kind, f"https://secret.invalid/{key}")
    return value if isinstance(value, str) else json.dumps(value)


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


class _Accounts(mocks.Mocks):
    """Accounts that are empty, and offer what the stack file asks for."""

    def __init__(self, config: Mapping[str, str]) -> None:
        self._config = config

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        # An id is known, so that what holds only ids is seen as a whole; as a number, since some are turned into one.
        digest = hashlib.sha256(f"{args.typ} {args.name}".encode()).hexdigest()
        told = _TOLD.get(args.typ.rpartition(":")[2], {})
        values = {key: text.format(name=args.name) for key, text in told.items()}
        return str(10**14 + int(digest, 16) % 10**14), {**args.inputs, **values}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        estate = json.loads(self._config["petbase:estate"])
        wanted = estate["server"]
        kind, place = (wanted.get(key, Server.model_fields[key].default) for key in ("type", "location"))
        answers: dict[str, dict[str, Any]] = {
            "getServerTypes": {"serverTypes": [{"name": kind, "architecture": "x86", "locations": []}]},
            "getLocations": {"locations": [{"name": place}]},
            "getImage": {"id": 1},
            "getSshKeys": {"sshKeys": []},
            "getAccountApiTokenPermissionGroupsList": {"results": []},
            "getApiTokenPermissionGroupsList": {"results": []},
            "getZones": {"results": [{"name": name, "id": f"<Zone {name}>"} for name in _zones(estate)]},
            "getIpRanges": {"ipv4Cidrs": ["<networks of Cloudflare>"], "ipv6Cidrs": []},
        }
        return answers[args.token.rpartition(":")[2]], []


def _zones(estate: Mapping[str, Any]) -> list[str]:
    """The zones that names may lie in: a guess by the last two labels, since only the account knows."""
    told = (spec.get("domains") or () for spec in (estate.get("apps") or {}).values() if spec)
    names = [estate["domain"], *(name for domains in told for name in domains)]
    return sorted({".".join(name.split(".")[-2:]) for name in names})


def _known(made: Made) -> Iterator[str]:
    """What stands for this resource where another one wants it."""
    yield from [made.id] if made.id else []
    yield from [_ADDRESS] if made.type.endswith(":PrimaryIp") else []


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
