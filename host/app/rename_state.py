"""A rename that has begun, as the app's state has it.

apps/OLD/rename    a clone has begun; what Dokku has under the new name is thrown away and cloned again
apps/NEW/rename    the clone is whole; the old app still serves, and the finishing is owed
"""

from dataclasses import dataclass

from host.core.host import Host


@dataclass(frozen=True)
class Rename:
    """A rename from `source` to `target`.

    `deployed`: the old app is, so the new one must be built. `domains`: those that the new one gets. `built`: it is
    built and has them, so nothing but the end of the old app is missing. `service` and `schema`: where its data is in
    the end; until then it is where the old app has it.
    """

    source: str
    target: str
    deployed: bool = False
    domains: tuple[str, ...] = ()
    built: bool = False
    service: str = ""
    schema: str = ""


def pending(host: Host, app: str) -> Rename | None:
    """The rename in the state of this app, under its old name or its new one; None for none."""
    found = host.state.read(_state(app))
    return Rename(**{**found, "domains": tuple(found["domains"])}) if found else None


def write(host: Host, app: str, rename: Rename) -> None:
    """Write it down in the state of this app."""
    host.state.save(_state(app), rename)


def forget(host: Host, app: str) -> None:
    """It has come to its end, or was given up."""
    host.state.remove(_state(app))


def successor(host: Host, app: str) -> str:
    """The app that takes over from this one as soon as it is built; "" for none."""
    renames = {name: pending(host, name) for name in host.state.names("apps")}
    return next((name for name, rename in renames.items() if rename and rename.source == app != name), "")


def takes_over(host: Host, app: str) -> bool:
    """Whether another app still serves in its place, of which it is the new name."""
    return (host.state.read(_state(app)) or {}).get("target") == app


def _state(app: str) -> str:
    return f"apps/{app}/rename"
