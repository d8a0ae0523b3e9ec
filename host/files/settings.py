"""Which folders are backed up, as `files ensure` wrote it down, so that cron's line is short."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket
from host.files.repository.restic import Repository


@dataclass(frozen=True)
class Folder:
    """A folder of the server, and the apps that write to it."""

    path: str
    apps: tuple[str, ...]


@dataclass(frozen=True)
class FilesSettings:
    """The bucket of the dumps. `keep_days`: snapshots that are older go, but for the newest of a folder that an app
    still has.
    """

    bucket: str
    prefix: str
    endpoint: str
    keep_days: int
    folders: tuple[Folder, ...]

    def open(self, host: Host, service: str) -> Repository:
        """The repository, with the service's own credentials and the passphrase that was written down."""
        return self.open_with(host, service, passphrase_file(host, service))

    def open_with(self, host: Host, service: str, passphrase: Path) -> Repository:
        """The repository, with the passphrase of another file."""
        return Repository(Bucket(host, service, self.bucket, self.prefix, self.endpoint), passphrase)

    def of_app(self, app: str) -> tuple[Folder, ...]:
        """The folders of one app. HostError where nothing of it is backed up."""
        found = tuple(folder for folder in self.folders if app in folder.apps)
        if not found:
            raise HostError(
                f"no files of {app} are backed up on this server. Write backup: true beside its storage in the stack "
                "file, and run pulumi up"
            )
        return found


def state_folder(service: str) -> str:
    """Where the state of a service's files is."""
    return f"services/{service}/files"


def lock_name(service: str) -> str:
    """The lock of whatever writes to the repository or swaps a folder."""
    return f"files.{service}"


def folders_of(words: Sequence[str]) -> tuple[Folder, ...]:
    """From APP=/FOLDER words: each folder once, with its apps."""
    apps: dict[str, list[str]] = {}
    for app, _, path in (word.partition("=") for word in words):
        apps.setdefault(path, []).append(app)
    return tuple(Folder(path, tuple(sorted(names))) for path, names in sorted(apps.items()))


def write_settings(host: Host, service: str, settings: FilesSettings) -> None:
    """Write them down."""
    host.state.save(f"{state_folder(service)}/settings", settings)


def find_settings(host: Host, service: str) -> FilesSettings | None:
    """The settings; None where no files are backed up."""
    return host.state.load(FilesSettings, f"{state_folder(service)}/settings")


def read_settings(host: Host, service: str) -> FilesSettings:
    """The settings. HostError where no files are backed up."""
    found, name = find_settings(host, service), f"{state_folder(service)}/settings"
    if found is None and host.state.exists(name):
        raise HostError(host.state.no_settings(name, "no file is backed up"))
    if found is None:
        raise HostError(
            f"no files are backed up beside the dumps of {service}. Write backup: true beside an app's storage in the "
            "stack file, and run pulumi up"
        )
    return found


def passphrase_file(host: Host, service: str) -> Path:
    """For root's eyes only."""
    return host.state.path(f"{state_folder(service)}/passphrase")
