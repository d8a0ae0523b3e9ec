"""An app's variables. Values travel on standard input and never in an argument, which `ps` would show.

Dokku keeps them in a file that godotenv 1.5.1 writes and reads (plugins/config at v0.38.27). It takes any text but the
few kinds that `problem_of` names: those would come back as another text, or make the file unreadable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager

from host.core.errors import HostError
from host.core.host import Host

LIMIT_BYTES = 131_000
"""Linux takes 128 KiB for a variable, its name included."""
_NUMBER = re.compile(r"[+-]?[0-9]+")
_INT64 = range(-(2**63), 2**63)


def get(host: Host, app: str, name: str) -> str:
    """The value of a variable; "" where it is not set."""
    answer = host.ask("dokku", "config:get", app, name)
    return answer.stdout.removesuffix("\n") if answer.ok else ""


def names(host: Host, app: str) -> list[str]:
    """The names of all variables of the app."""
    answer = host.ask("dokku", "config:keys", app)
    return answer.stdout.split() if answer.ok else []


def read(host: Host, app: str) -> dict[str, str]:
    """All variables of the app. HostError where Dokku cannot read its file: there `get` sees nothing set."""
    answer = host.ask("dokku", "config:export", "--format", "json", app)
    if not answer.ok:
        # What Dokku prints then is the file itself, values included.
        raise HostError(f"Dokku cannot read the variables of {app}; nothing was changed. Try: dokku config:keys {app}")
    found: dict[str, str] = json.loads(answer.stdout)
    return found


def put(host: Host, app: str, values: Mapping[str, str]) -> None:
    """Set variables without a restart. HostError for a value that Dokku cannot store."""
    for name, value in values.items():
        if problem := problem_of(value):
            raise HostError(f"{app}: the value of {name} {problem}; nothing was changed. Write another value")
    with _only_one(host, app):
        # --quiet, since it would print each value.
        words = ("--quiet", "config:import", "--no-restart", "--format", "json", app, "-")
        answer = host.ask("dokku", *words, stdin=json.dumps(values))
    if not answer.ok:
        raise HostError(f"Dokku did not take the variables {', '.join(values)} of {app}. Try: dokku config:keys {app}")


def unset(host: Host, app: str, *names: str) -> None:
    """Remove variables without a restart. Nothing to do for those that are not set."""
    with _only_one(host, app):
        answer = host.ask("dokku", "config:unset", "--no-restart", app, *names)
    if not answer.ok:
        raise HostError(f"Dokku did not remove {', '.join(names)} of {app}. Try: dokku config:keys {app}")


def problem_of(value: str) -> str:
    """Why Dokku cannot store a text, as the end of a sentence; "" for a text that it can."""
    if value.endswith(('"', "\\")):
        return f"ends in {value[-1]}, which Dokku's file cannot hold; add a space or a line break behind it"
    if _NUMBER.fullmatch(value) and int(value) in _INT64 and str(int(value)) != value:
        return f"would be stored by Dokku as the number {int(value)}; add a character that is no digit"
    if "\0" in value:
        return "holds a NUL character, which no variable can"
    if len(value.encode()) > LIMIT_BYTES:
        return f"is longer than {LIMIT_BYTES} bytes, which Linux does not take; keep it in a file, and mount its folder"
    return ""


def _only_one(host: Host, app: str) -> AbstractContextManager[None]:
    """Two changes of one app at once lose what the first one wrote (seen: 8 of 10 were kept)."""
    return host.lock(f"variables.{app}")
