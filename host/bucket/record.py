"""The buckets of the stack's apps, as the server remembers them: buckets/NAME, until somebody drops one."""

from __future__ import annotations

from dataclasses import dataclass

from host.core.host import Host


@dataclass(frozen=True)
class AppBucket:
    """`key` is ACCOUNT/BUCKET/JURISDICTION, `app` the one that had it last."""

    name: str
    key: str
    app: str


def remember(host: Host, key: str, app: str) -> None:
    """Write down whose bucket it is. Nothing to do where that is known."""
    name = key.split("/")[1]
    if host.state.read(_state(name)) != (values := {"key": key, "app": app, "stack": host.stack}):
        host.state.write(_state(name), **values)


def remembered(host: Host) -> tuple[AppBucket, ...]:
    """Those of this stack, in order of their names."""
    found = {name: host.state.read(_state(name)) or {} for name in host.state.names("buckets")}
    ours = {name: values for name, values in found.items() if values.get("stack") == host.stack}
    return tuple(AppBucket(name, str(one.get("key", "")), str(one.get("app", ""))) for name, one in ours.items())


def forget(host: Host, name: str) -> None:
    """The bucket is gone. Nothing to do where it was not known."""
    host.state.remove(_state(name))


def _state(name: str) -> str:
    return f"buckets/{name}"
