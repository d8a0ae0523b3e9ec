"""Rules of the stack file about apps whose files are backed up."""

from collections.abc import Iterator, Mapping

from components.config.spec import Estate
from host.settings.storage import Mount

_OF_THE_SYSTEM = ("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "root", "run", "sbin", "sys", "tmp", "usr")
_OF_DOKKU = ("/var/lib/dokku", "/var/lib/docker", "/var/lib/petbase", "/home/dokku")


def folders(estate: Estate) -> Mapping[str, tuple[str, ...]]:
    """The folders of the server that are backed up, by the apps that write to them."""
    writing = {
        app: tuple(mount.folder for word in spec.storage if not (mount := Mount.of(word)).read_only)
        for app, spec in estate.apps.items()
        if spec.backup
    }
    return {app: found for app, found in writing.items() if found}


def problems(estate: Estate) -> Iterator[str]:
    """Every broken rule, as `path: what is wrong; way out`."""
    for app, spec in estate.apps.items():
        if not spec.backup:
            continue
        if app not in folders(estate):
            what = "all its storage is read-only" if spec.storage else f"{app} has no storage"
            yield f'apps.{app}.backup: {what}; add a folder that it writes to, like storage: ["{app}-files:/app/files"]'
        if estate.backups.found:
            yield (f"apps.{app}.backup: backups.found leaves the server's backups as they are; remove one of the two")
        own = [mount.folder for word in spec.storage if not (mount := Mount.of(word)).named and not mount.read_only]
        for folder in own:
            if _is_of_the_system(folder):
                yield (
                    f'apps.{app}.storage: "{folder}" is part of the system, and a restore would replace it; mount '
                    "another folder, or remove backup: true"
                )
    yield from _nested(estate)


def _is_of_the_system(folder: str) -> bool:
    """A folder of Dokku's own storage may be named by its path, as may one below /var/lib of another name."""
    if folder.startswith("/var/lib/dokku/data/storage/"):
        return False
    first = folder.split("/")[1]
    inside = any(f"{folder}/".startswith(f"{one}/") or one.startswith(f"{folder}/") for one in _OF_DOKKU)
    return first in _OF_THE_SYSTEM or inside or "/.." in folder


def _nested(estate: Estate) -> Iterator[str]:
    """The restore of the outer one would swap the inner one too."""
    every = sorted({(folder, app) for app, found in folders(estate).items() for folder in found})
    for outer, owner in every:
        for inner, app in every:
            if inner.startswith(f"{outer}/"):
                yield (
                    f'apps.{app}.storage: "{inner}" lies in "{outer}", which is backed up for {owner}; mount folders '
                    "that are beside each other"
                )
