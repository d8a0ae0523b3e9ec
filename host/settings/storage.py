"""Storage: folders of the server in the app's containers. What is in a folder stays when its mount goes.

A word is NAME:DIR, a folder of Dokku's own, or HOST:DIR; `:ro` behind either for read-only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from host.app.restart import owe_restart
from host.core.errors import HostError
from host.core.host import Host
from host.settings.kind import Kind

_FOLDER = "/var/lib/dokku/data/storage"
_READ_ONLY = "ro"


@dataclass(frozen=True)
class Mount:
    """`source` is a name or a folder of the server, `target` the folder in the container."""

    source: str
    target: str
    read_only: bool

    @classmethod
    def of(cls, word: str) -> "Mount":
        """From a word of the stack file."""
        source, target, *options = word.split(":")
        return cls(source, target, _READ_ONLY in options)

    @property
    def named(self) -> bool:
        """Whether the folder is one of Dokku's own, by its name."""
        return not self.source.startswith("/")

    @property
    def folder(self) -> str:
        """The folder of the server."""
        return f"{_FOLDER}/{self.source}" if self.named else self.source


def apps_with(host: Host, folders: Collection[str]) -> list[str]:
    """The apps that were given one of these folders, read-only ones too, by what is remembered of them."""
    words = {app: host.state.read(f"apps/{app}/settings/storage") or {} for app in host.state.names("apps")}
    return [app for app, one in words.items() if any(Mount.of(word).folder in folders for word in one.get("names", ()))]


def _present(host: Host, app: str) -> list[str]:
    """Dokku lists its own folders by their path."""
    lines = host.dokku("--quiet", "storage:list", app).splitlines()
    return [line.strip().removeprefix(f"{_FOLDER}/") for line in lines]


def _apply(host: Host, app: str, declared: Sequence[str], gone: Collection[str]) -> None:
    present = _present(host, app)
    for word in gone:
        if word in present:
            mount = Mount.of(word)
            host.step(f"{app}: {mount.target} is no longer mounted; what is in {mount.folder} stays")
            owe_restart(host, app)
            _unmount(host, app, word)
            present.remove(word)
    for word in declared:
        if word not in present:
            _refuse_second(app, Mount.of(word), present)
            host.step(f"{app}: mounts {word}")
            owe_restart(host, app)
            _mount(host, app, word)


def _refuse_second(app: str, mount: Mount, present: Collection[str]) -> None:
    """HostError where the container has another folder there already: with two it would not start."""
    for other in present:
        if Mount.of(other).target == mount.target:
            raise HostError(
                f"{app} has {other} mounted already, and only one folder can be at {mount.target}. To take it away, "
                f"run on the server: dokku storage:unmount {app} {Mount.of(other).folder}:{mount.target}"
            )


def _mount(host: Host, app: str, word: str) -> None:
    mount = Mount.of(word)
    if not mount.named:
        host.dokku("storage:mount", app, word)
        return
    if not host.ask("dokku", "storage:info", mount.source).ok:
        host.dokku("storage:create", mount.source)
    read_only = ["--volume-readonly"] if mount.read_only else []
    host.dokku("storage:mount", app, mount.source, "--container-dir", mount.target, *read_only)


def _unmount(host: Host, app: str, word: str) -> None:
    mount = Mount.of(word)
    words = [mount.source, "--container-dir", mount.target] if mount.named else [word]
    host.dokku("storage:unmount", app, *words)


STORAGE = Kind("storage", _apply, _present)
