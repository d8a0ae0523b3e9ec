"""`config:show`, `get`, `keys`, `export`: an app's variables, read."""

from sandbox.host.dokku.config import env, env_file
from sandbox.host.dokku.config.config import target
from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.core.report import to_json


def show(call: Call) -> int:
    """`config:show APP`"""
    app, _ = target(call)
    values = env.read(app)
    say.out(f"=====> {app.removeprefix('--')} env vars")
    say.aligned(values)
    if not values:
        say.out()
    return 0


def get(call: Call) -> int:
    """`config:get [--quoted] APP NAME`: 1 and nothing for an unset one, and for a file that cannot be read."""
    app, names = target(call)
    if not names:
        raise say.RefusedError("Expected: key")
    try:
        value = env.read(app)[names[0]]
    except (KeyError, say.RefusedError):
        return 1
    say.out(single_quoted(value) if call.has("--quoted") else value)
    return 0


def keys(call: Call) -> int:
    """`config:keys APP`"""
    app, _ = target(call)
    for name in env.read(app):
        say.out(name)
    return 0


def single_quoted(value: str) -> str:
    """As a shell reads it back."""
    return "'" + value.replace("'", "'\\''") + "'"


def export(call: Call) -> int:
    """`config:export [--format exports|envfile|json|shell] APP`"""
    app, _ = target(call)
    values = env.read(app)
    form = call.options(format=("--format",))[1].get("format", "exports")
    if form == "json":
        say.out(to_json(values))
    elif form == "envfile":
        say.out(env_file.dump(values), end="")
    elif form == "shell":
        say.out("".join(f"{name}={single_quoted(value)} " for name, value in values.items()), end="")
    else:
        for name, value in values.items():
            say.out(f"export {name}={single_quoted(value)}")
    return 0
