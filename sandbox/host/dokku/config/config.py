"""`config:*`: an app's variables. Setting one restarts a deployed app, even to the value that it has."""

import base64
import json
import re
import sys
from collections.abc import Iterable, Mapping

from sandbox.host.dokku.apps import deploy
from sandbox.host.dokku.apps.app import is_deployed, verified
from sandbox.host.dokku.config import env, env_file
from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call, app_named

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def target(call: Call) -> tuple[str, list[str]]:
    """The app (or `--global`) and the words after it."""
    plain, _ = call.options(format=("--format",))
    plain = [word for word in plain if word != "--"]
    if call.has("--global"):
        return "--global", plain
    return verified(app_named(plain)), plain[1:]


def pairs(words: Iterable[str], *, encoded: bool) -> dict[str, str]:
    """`NAME=VALUE` words, checked."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise say.RefusedError(f"Invalid env pair: {word}")
        found[name] = base64.b64decode(value).decode() if encoded else value
    if not found:
        raise say.RefusedError("At least one env pair must be given")
    _check_names(found)
    return found


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise say.RefusedError(f"Invalid key name: '{name}'")


def set_(call: Call) -> int:
    """`config:set [--encoded] [--no-restart] APP NAME=VALUE…`"""
    app, words = target(call)
    put(app, pairs(words, encoded=call.has("--encoded")))
    return restarted(call, app)


def put(app: str, values: Mapping[str, str]) -> None:
    """Set them and say so, values included (`--quiet` keeps them off the screen)."""
    env.change(app, lambda found: found.update(values))
    if not say.quiet:
        say.step("Setting config vars")
        say.aligned(dict(sorted(values.items())), indent="       ")


def unset(call: Call) -> int:
    """`config:unset [--no-restart] APP NAME…`"""
    app, names = target(call)
    if not names:
        raise say.RefusedError("At least one key must be given")
    return restarted(call, app) if take(app, names) else 0


def take(app: str, names: Iterable[str]) -> bool:
    """Unset them; whether any was set."""
    present = env.read(app)
    wanted = list(names)
    for name in wanted:
        say.step(f"Unsetting {name}" if name in present else f"Skipping {name}, it is not set in the environment")
    env.change(app, lambda found: [found.pop(name, None) for name in wanted])
    return any(name in present for name in wanted)


def import_(call: Call) -> int:
    """`config:import [--format envfile|json] [--replace] APP -`: nothing is read without the `-`."""
    app, words = target(call)
    form = call.options(format=("--format",))[1].get("format", "envfile")
    if form not in {"envfile", "json"}:
        raise say.RefusedError(f"Unknown format: {form}")
    if not words:
        raise say.RefusedError("open : no such file or directory" if form == "json" else "No config vars to set")
    if words[0] == "-":
        say.step("Reading config vars from stdin")
        content = sys.stdin.read()
    else:
        content = _file(words[0])
    values = _json(content) if form == "json" else env_file.parse(content)
    if not values:
        raise say.RefusedError("No config vars to set")
    for name, value in values.items():
        say.step(f"Setting config var {name}={value}")
    _check_names(values)
    if call.has("--replace"):
        env.change(app, lambda found: found.clear())
    put(app, values)
    return restarted(call, app)


def _json(content: str) -> dict[str, str]:
    """As Go reads it into a map of text to text; what follows the object is not read."""
    kinds = {bool: "bool", int: "number", float: "number", list: "array", dict: "object"}
    try:
        found, _ = json.JSONDecoder().raw_decode(content.lstrip())
    except ValueError as error:
        raise say.RefusedError("EOF" if not content.strip() else "invalid character in JSON") from error
    if not isinstance(found, dict):
        raise say.RefusedError(
            f"json: cannot unmarshal {kinds.get(type(found), 'string')} into Go value of type map[string]string"
        )
    for value in found.values():
        if type(value) in kinds:
            raise say.RefusedError(f"json: cannot unmarshal {kinds[type(value)]} into Go value of type string")
    return {name: value or "" for name, value in sorted(found.items())}


def _file(name: str) -> str:
    try:
        with open(name, encoding="utf-8") as found:  # noqa: PTH123
            return found.read()
    except OSError as error:
        raise say.RefusedError(f"open {name}: no such file or directory") from error


def restarted(call: Call, app: str) -> int:
    """Restart a deployed app, unless told not to."""
    if call.has("--no-restart") or app == "--global" or not is_deployed(app):
        return 0
    say.step(f"Restarting app {app}")
    return deploy.redeploy(app)
