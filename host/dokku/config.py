"""An app's variables. Values travel on standard input and never in an argument, which `ps` would show."""

from __future__ import annotations

from collections.abc import Mapping

from host.core.host import Host


def get(host: Host, app: str, name: str) -> str:
    """The value of a variable; "" where it is not set."""
    answer = host.ask("dokku", "config:get", app, name)
    return answer.stdout.removesuffix("\n") if answer.ok else ""


def names(host: Host, app: str) -> list[str]:
    """The names of all variables of the app."""
    answer = host.ask("dokku", "config:keys", app)
    return answer.stdout.split() if answer.ok else []


def put(host: Host, app: str, values: Mapping[str, str]) -> None:
    """Set variables without a restart."""
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    host.dokku("config:import", "--no-restart", app, "-", stdin=text)


def unset(host: Host, app: str, *names: str) -> None:
    """Remove variables without a restart. Nothing to do for those that are not set."""
    host.dokku("config:unset", "--no-restart", app, *names)
