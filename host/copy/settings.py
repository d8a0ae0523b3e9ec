"""The second store of a service's dumps: where it is and what opens it, and what this server saw arrive there."""

from dataclasses import dataclass

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.credentials import Credentials
from host.dumps.dump import Dump


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


def lock_name(service: str) -> str:
    """The lock of whatever writes the settings."""
    return f"copy-settings.{service}"


def write_settings(host: Host, service: str, settings: CopySettings, key: Credentials) -> None:
    """Write both down, each for root's eyes only. The settings come last: without them nothing is copied."""
    names = {"access_key_id": key.access_key_id, "secret_access_key": key.secret_access_key}
    host.state.write(f"{folder(service)}/key", **names)
    host.state.save(f"{folder(service)}/settings", settings)


def read_key(host: Host, service: str, region: str) -> Credentials:
    """The key. Its secret is hidden in all output from here on."""
    found = host.state.read(f"{folder(service)}/key") or {}
    key = Credentials(str(found.get("access_key_id", "")), str(found.get("secret_access_key", "")), region)
    host.out.hide(key.secret_access_key)
    return key


def find_settings(host: Host, service: str) -> CopySettings | None:
    """The settings; None where the dumps have no second home."""
    return host.state.load(CopySettings, f"{folder(service)}/settings")


def read_settings(host: Host, service: str) -> CopySettings:
    """The settings. HostError where the dumps have no second home."""
    found, name = find_settings(host, service), f"{folder(service)}/settings"
    if found is None and host.state.exists(name):
        raise HostError(host.state.no_settings(name, "no dump is copied"))
    if found is None:
        raise HostError(
            f"the dumps of {service} have no second store on this server. Set backups.copy in the stack file and run "
            "pulumi up"
        )
    return found


@dataclass(frozen=True)
class Copied:
    """A copy that was read back. `etag` is the second store's; `at` is when, in seconds of the epoch."""

    bytes: int
    etag: str
    sha256: str
    at: int

    def is_untouched(self, there: Dump | None) -> bool:
        """Whether the second store still has exactly this."""
        return there is not None and (there.bytes, there.etag) == (self.bytes, self.etag)


@dataclass(frozen=True)
class CopyStatus:
    """The last run. `at` is seconds of the epoch; `problem` is "" where every verified dump has its copy.

    `newest` is the newest dump that has one, "" for none, and `copies` their number.
    """

    at: int
    problem: str
    newest: str
    copies: int


def read_copied(host: Host, service: str) -> dict[str, Copied]:
    """The copies, by the dumps' names."""
    found = {name: host.state.load(Copied, f"{_marks(service)}/{name}") for name in host.state.names(_marks(service))}
    return {name: copied for name, copied in found.items() if copied}


def write_copied(host: Host, service: str, name: str, copied: Copied) -> None:
    """Remember a copy."""
    host.state.save(f"{_marks(service)}/{name}", copied)


def forget_copied(host: Host, service: str, name: str = "") -> None:
    """Forget one copy, or all of them, as when they go to another store from now on. What lies there stays."""
    if name:
        host.state.remove(f"{_marks(service)}/{name}")
    else:
        host.state.remove_all(_marks(service))


def write_status(host: Host, service: str, status: CopyStatus) -> None:
    """Write down how a run ended."""
    host.state.save(f"{folder(service)}/status", status)


def read_status(host: Host, service: str) -> CopyStatus | None:
    """How the last run ended; None where there was none yet."""
    return host.state.load(CopyStatus, f"{folder(service)}/status")


def _marks(service: str) -> str:
    return f"{folder(service)}/done"
