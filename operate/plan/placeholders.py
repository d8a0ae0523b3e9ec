"""What a plan pretends: secrets that every rule takes, and accounts that are empty and offer what the file asks for."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi.runtime import mocks

from components.config.parsing import yaml_file
from components.config.parsing.yaml_file import YamlError
from components.config.server_spec import Server
from components.config.values import pem
from components.config.values.secret_keys import CHANNEL
from operate.core.errors import PetbaseError

_ESTATE = "petbase:estate"
_TOKEN_KEYS = ("hcloud:token", "cloudflare:apiToken")
# What a connection is made of must be known, or it would not be seen at all: the engine hides it as a whole.
ADDRESS = "198.18.198.18"  # for benchmarks (RFC 2544): no machine has it, and no script names it
_TOLD = {
    "PrimaryIp": {"ipAddress": ADDRESS},
    "PrivateKey": dict.fromkeys(("privateKeyOpenssh", "privateKeyPem", "publicKeyOpenssh"), "<PrivateKey {name}>"),
}


def config(file: Path) -> dict[str, str]:
    """The file's keys as the engine gives them to a program; `secure:` ones without what they hold."""
    try:
        whole = yaml_file.load(file) or {}
        held = (whole.get("config") or {}).items()
    except YamlError as problem:
        raise PetbaseError(str(problem)) from None
    except AttributeError:
        raise PetbaseError(
            f"{file.name}: it has no keys. Write config: in its first line, as ./petbase init does"
        ) from None
    if "petbase:estate" in whole:
        raise PetbaseError(f"{file.name}: petbase:estate is not below config:. Write config: in the line above it")
    if doubled := [key for key, _ in held if f"petbase:{key}" in dict(held)]:
        raise PetbaseError(f"{file.name}: petbase:{doubled[0]} is also there as {doubled[0]}. Remove one of the two")
    found = {key if ":" in key else f"petbase:{key}": value for key, value in held}
    kinds = _certificates(found)
    return {key: _text(key, value, kinds.get(key, "")) for key, value in found.items() if key not in _TOKEN_KEYS}


def _certificates(config: Mapping[str, Any]) -> dict[str, str]:
    """The keys that hold a certificate of the user's, each with its kind (components/config/values/pem.py). A renamed
    app's may still have its former name.
    """
    try:
        apps = config["petbase:estate"]["apps"]
        own = {app: spec for app, spec in apps.items() if spec and isinstance(spec.get("tls"), dict)}
    except (AttributeError, KeyError, TypeError):  # the program says what is wrong with it
        return {}
    names = [(name, spec["tls"]) for app, spec in own.items() for name in (app, spec.get("was"))]
    return {f"petbase:{app}.{name}": kind for app, tls in names for kind, name in tls.items()}


def _text(key: str, value: Any, kind: str) -> str:
    if isinstance(value, dict) and list(value) == ["secure"]:
        # One that every secret's own rule takes (components/config/secrets.py, values/).
        placeholders = {"certificate": f"{pem.BEGINS}{key}", "key": f"{pem.BEGINS}{key}", "tar": pem.packed(key, key)}
        if key == "petbase:sshPrivateKey":
            return f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----"
        if key.startswith(f"petbase:{CHANNEL}"):
            return "https://secret.invalid/bot/sendMessage?chat_id=0"
        return placeholders.get(kind, f"https://secret.invalid/{key}")
    return value if isinstance(value, str) and key != _ESTATE else json.dumps(value)


class Accounts(mocks.Mocks):
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
            "getServers": {"servers": []},
            "getSshKeys": {"sshKeys": []},
            "getAccountApiTokenPermissionGroupsList": {"results": []},
            "getApiTokenPermissionGroupsList": {"results": []},
            "getAccountTokens": {"results": []},
            "getApiTokens": {"results": []},
            "getZones": {"results": [{"name": name, "id": f"<Zone {name}>"} for name in _zones(estate)]},
            "getIpRanges": {"ipv4Cidrs": ["<networks of Cloudflare>"], "ipv6Cidrs": []},
        }
        if args.token.endswith(":getR2BucketLifecycle"):
            return {}, [("bucketName", "The specified bucket does not exist.")]
        return answers[args.token.rpartition(":")[2]], []


def _zones(estate: Mapping[str, Any]) -> list[str]:
    """The zones that names may lie in: a guess by the last two labels, since only the account knows."""
    told = (spec.get("domains") or () for spec in (estate.get("apps") or {}).values() if spec)
    names = [estate["domain"], *(name for domains in told for name in domains)]
    return sorted({".".join(name.split(".")[-2:]) for name in names})
