"""The buckets of the stack's apps, as the server remembers them: buckets/NAME, until somebody drops one."""

from __future__ import annotations

from dataclasses import dataclass

from host.core.command import Command
from host.core.host import Host
from host.values.json_values import to_json


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


@dataclass(frozen=True)
class ForgetBucket(Command, noun="bucket", verb="forget", lock="bucket.{name}"):
    """Forget a bucket of this stack that was deleted in R2."""

    name: str

    def run(self, host: Host) -> None:
        """Nothing to do where it is not remembered, or is another stack's."""
        if self.name in (one.name for one in remembered(host)):
            forget(host, self.name)


@dataclass(frozen=True)
class ListBuckets(Command, noun="bucket", verb="list"):
    """List the buckets in R2 that apps of this stack have or had."""

    def run(self, host: Host) -> None:
        """Of the server's own memory: the account is not asked."""
        host.out.result(to_json(remembered(host)))
