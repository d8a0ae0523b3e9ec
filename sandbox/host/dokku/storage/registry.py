"""What `storage:*` keeps: named folders of the host (entries), and which app mounts which of them where (mounts).

Rules: Dokku's plugins/storage (entry.go, attachment.go). An entry outlives the apps that mount it.
"""

import hashlib
import json
from typing import Any

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.paths import DATA

Mount = dict[str, Any]
FOLDERS = DATA / "storage"
LEGACY = "legacy-"
_ENTRIES = DATA / "storage-registry" / "entries"


def entry(name: str) -> dict[str, Any]:
    """The entry; empty when there is none."""
    return files.read_json(_ENTRIES / f"{name}.json") if name else {}


def entries() -> list[dict[str, Any]]:
    """All of them, by name."""
    return [files.read_json(path) for path in sorted(_ENTRIES.glob("[!.]*.json"))]


def save(name: str, host_path: str, chown: str = "") -> None:
    """Make or overwrite an entry."""
    found = {"name": name, "scheduler": "docker-local", "host_path": host_path}
    found |= {"chown": chown} if chown else {}
    files.write(_ENTRIES / f"{name}.json", json.dumps({**found, "schema_version": 1}, indent=2), 0o600)


def forget(name: str) -> None:
    """Take an entry away."""
    (_ENTRIES / f"{name}.json").unlink()


def legacy_name(host: str) -> str:
    """The name of the entry that the old `HOST:DIR` form makes for a host path (or a volume of Docker's)."""
    text = host if host.startswith("/") else f"vol:{host}"
    return LEGACY + hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]


def of_host_path(host: str) -> str:
    """That entry, made if it is not there."""
    name = legacy_name(host)
    if not entry(name):
        save(name, host)
    return name


def mounts(app: str) -> list[Mount]:
    """The app's mounts, in the order of the list."""
    found = [json.loads(row) for row in apps.get(app, "storage", "mounts").splitlines()]
    return sorted(found, key=lambda mount: (mount["entry_name"], mount["container_path"]))


def save_mounts(app: str, found: list[Mount]) -> None:
    """All of an app's mounts."""
    apps.put(app, "storage", "mounts", "\n".join(json.dumps(mount) for mount in found))


def users(name: str) -> list[str]:
    """The apps that mount an entry."""
    return [app for app in apps.names() if any(mount["entry_name"] == name for mount in mounts(app))]
