"""An app's variables. Values travel on standard input and never in an argument, which `ps` would show.

Dokku keeps them in a file that godotenv 1.5.1 writes and reads (plugins/config at v0.38.27). The few texts that would
come back as others, or make that file unreadable, are in a file of Petbase's (env_file.py).
"""

import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager

from host.core.errors import HostError
from host.core.host import Host
from host.dokku import env_file

LIMIT_BYTES = 131_000
"""Linux takes 128 KiB for a variable, its name included."""
_NUMBER = re.compile(r"([+-]?)0*([0-9]{1,19})")
"""What may be one of 64 bits; Python itself reads no number of more than 4300 digits."""
_INT64 = range(-(2**63), 2**63)


def get(host: Host, app: str, name: str) -> str:
    """The value of a variable in Dokku's file, such as a URL; "" where it is not set."""
    answer = host.ask("dokku", "config:get", app, name)
    return answer.stdout.removesuffix("\n") if answer.ok else ""


def names(host: Host, app: str) -> list[str]:
    """The names of all variables in Dokku's file."""
    answer = host.ask("dokku", "config:keys", app)
    return answer.stdout.split() if answer.ok else []


def read(host: Host, app: str) -> dict[str, str]:
    """All variables of the app. HostError where Dokku cannot read its file: there `get` sees nothing set."""
    answer = host.ask("dokku", "config:export", "--format", "json", app)
    if not answer.ok:
        # What Dokku prints then is the file itself, values included.
        raise HostError(f"Dokku cannot read the variables of {app}; nothing was changed. Try: dokku config:keys {app}")
    # Docker takes a variable of its command line before the same one of a file.
    return {**env_file.read(host, app), **json.loads(answer.stdout)}


def put(host: Host, app: str, values: Mapping[str, str]) -> None:
    """Set variables without a restart. HostError for a value that cannot be stored."""
    for name, value in values.items():
        if problem := problem_of(value):
            raise HostError(f"{app}: the value of {name} {problem}; nothing was changed. Write another value")
    beside = {name: value for name, value in values.items() if _is_changed(value)}
    plain = {name: value for name, value in values.items() if name not in beside}
    with _only_one(host, app):
        kept = {name: value for name, value in env_file.read(host, app).items() if name not in plain}
        env_file.write(host, app, {**kept, **beside})
        _unset(host, app, *beside)
        _import(host, app, plain)


def unset(host: Host, app: str, *names: str) -> None:
    """Remove variables without a restart. Nothing to do for those that are not set."""
    with _only_one(host, app):
        env_file.write(host, app, {one: value for one, value in env_file.read(host, app).items() if one not in names})
        _unset(host, app, *names)


def problem_of(value: str) -> str:
    """Why a text can be no variable, as the end of a sentence; "" for a text that can."""
    if "\0" in value:
        return "holds a NUL character, which no variable can"
    if len(value.encode()) > LIMIT_BYTES:
        return f"is longer than {LIMIT_BYTES} bytes, which Linux does not take; keep it in a file, and mount its folder"
    if _is_changed(value) and (why := env_file.problem_of(value)):
        both = f"ends in {value[-1]} and {why}, which Dokku and Docker cannot store"
        return f"{both}; add a space or a line break at its end"
    return ""


def _is_changed(value: str) -> bool:
    """Whether Dokku's file gives another text back."""
    if found := _NUMBER.fullmatch(value):
        number = int("".join(found.groups()))
        return number in _INT64 and str(number) != value
    return value.endswith(('"', "\\"))


def _import(host: Host, app: str, values: Mapping[str, str]) -> None:
    if not values:
        return
    # --quiet, since it would print each value.
    words = ("--quiet", "config:import", "--no-restart", "--format", "json", app, "-")
    if not host.ask("dokku", *words, stdin=json.dumps(values)).ok:
        raise HostError(f"Dokku did not take the variables {', '.join(values)} of {app}. Try: dokku config:keys {app}")


def _unset(host: Host, app: str, *names: str) -> None:
    if names and not host.ask("dokku", "config:unset", "--no-restart", app, *names).ok:
        raise HostError(f"Dokku did not remove {', '.join(names)} of {app}. Try: dokku config:keys {app}")


def _only_one(host: Host, app: str) -> AbstractContextManager[None]:
    """Two changes of one app at once lose what the first one wrote (seen: 8 of 10 were kept)."""
    return host.lock(f"variables.{app}")
