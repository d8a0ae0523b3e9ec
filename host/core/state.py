"""What Petbase remembers on the server: one tree of small JSON files under /var/lib/petbase.

    apps/APP/owner                who made the app (ownership.py)
    apps/APP/links/SERVICE        how the app uses the service
    apps/APP/settings/KIND        which variables, ports, mounts … Petbase set
    apps/APP/certificate          where the app's certificate came from
    apps/APP/rename               a rename that has begun
    apps/APP/restart              a restart that is still owed
    services/SERVICE/owner        who made the database service
    services/SERVICE/…            backups, health check, restores, upgrades of that service
    server/…                      Dokku, plugin, global domain, SSH keys, hardening

Renaming an app is one move of its folder, forgetting it one removal. docs/server.md lists every file.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from host.core import files
from host.values.json_values import JsonError, from_json, to_json

FOLDER = "/var/lib/petbase"
T = TypeVar("T")


class State:
    """The tree below `folder`. Names are paths in it, without the ending .json."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> dict[str, Any] | None:
        """The object of that name; None where there is none. A file that holds anything else is as good as none."""
        try:
            found = json.loads(files.read(self._file(name)))
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def write(self, name: str, **values: Any) -> None:
        """Put the object in place, whole or not at all."""
        files.write(self._file(name), json.dumps(values, sort_keys=True) + "\n", 0o600)

    def load(self, kind: type[T], name: str) -> T | None:
        """The dataclass that `save` put there; None where there is none, or where it has other fields."""
        try:
            return from_json(kind, self.read(name), name)
        except JsonError:
            return None

    def save(self, name: str, value: Any) -> None:
        """Put a dataclass in place, whole or not at all."""
        self.write(name, **to_json(value))

    def exists(self, name: str) -> bool:
        """Whether there is an object of that name."""
        return self._file(name).exists()

    def remove(self, name: str) -> None:
        """Forget one object, and the folders that it leaves empty. Nothing to do where there is none."""
        file = self._file(name)
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == self.folder or not folder.exists() or any(folder.iterdir()):
                return
            folder.rmdir()

    def remove_all(self, name: str) -> None:
        """Forget a folder with all that is in it."""
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def move(self, old: str, new: str) -> None:
        """Give a folder another name."""
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)

    def names(self, folder: str) -> list[str]:
        """What is directly in a folder, objects and folders, in order."""
        try:
            found = [path.name.removesuffix(".json") for path in (self.folder / folder).iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(name for name in found if not name.endswith("+"))

    def damaged(self, fits: Callable[["State", str], bool]) -> list[str]:
        """The files, by their paths, that hold no object, or none that fits their names."""
        names = sorted(str(file.relative_to(self.folder)) for file in self.folder.rglob("*.json"))
        broken = [name for name in names if not fits(self, name.removesuffix(".json"))]
        # Not one that another command has removed meanwhile.
        return [name for name in broken if self.path(name).exists()]

    def no_settings(self, name: str, effect: str) -> str:
        """What is wrong where an object that must be there is not, or has other fields; and the way out."""
        where = self._file(name)
        return f"{where} is gone or damaged, so {effect}. Raise generation in the stack file and run pulumi up"

    def path(self, name: str) -> Path:
        """A file that is no JSON object, as a path."""
        return self.folder / name

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.json"
