"""Where the copies of a service's dumps go, as `copy ensure` wrote it down, and what opens that store."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.credentials import Credentials
from host.values.json_values import JsonError, from_json


@dataclass(frozen=True)
class CopySettings:
    """The second store. `keep_days`: dumps that are older are not copied.

    What lies there is removed by that store's own rule after as many days, and never by this server.
    """

    bucket: str
    prefix: str
    endpoint: str
    region: str
    keep_days: int

    def open(self, host: Host, service: str) -> Bucket:
        """The bucket, with the key that `copy ensure` wrote down."""
        return self.open_with(host, service, read_key(host, service, self.region))

    def open_with(self, host: Host, service: str, key: Credentials) -> Bucket:
        """The bucket, with another key."""
        return Bucket(host, service, self.bucket, self.prefix, self.endpoint, key)


def folder(service: str) -> str:
    """Where the state of a service's copies is."""
    return f"services/{service}/copy"


def write_settings(host: Host, service: str, settings: CopySettings, key: Credentials) -> None:
    """Write both down, each for root's eyes only. The settings come last: without them nothing is copied."""
    names = {"access_key_id": key.access_key_id, "secret_access_key": key.secret_access_key}
    host.state.write(f"{folder(service)}/key", **names)
    host.state.write(f"{folder(service)}/settings", **asdict(settings))


def read_key(host: Host, service: str, region: str) -> Credentials:
    """The key. Its secret is hidden in all output from here on."""
    found = host.state.read(f"{folder(service)}/key") or {}
    key = Credentials(str(found.get("access_key_id", "")), str(found.get("secret_access_key", "")), region)
    host.out.hide(key.secret_access_key)
    return key


def find_settings(host: Host, service: str) -> CopySettings | None:
    """The settings; None where the dumps have no second home."""
    try:
        return from_json(CopySettings, host.state.read(f"{folder(service)}/settings"), "copy")
    except JsonError:
        return None


def read_settings(host: Host, service: str) -> CopySettings:
    """The settings. HostError where the dumps have no second home."""
    found = find_settings(host, service)
    if found is None:
        raise HostError(
            f"the dumps of {service} have no second store on this server. Set backups.copy in the stack file and run "
            "pulumi up"
        )
    return found
