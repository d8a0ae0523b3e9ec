"""An estate with an app that mounts two folders, whose files are backed up beside the dumps by the real restic."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from host.core.command import Command
from host.files.ensure import EnsureFiles
from host.settings.ensure import EnsureSettings
from sandbox import restic
from sandbox.store import Store, objects
from tests.support.estate import BUCKET, Estate

if restic.find() is None:
    pytest.skip(restic.MISSING, allow_module_level=True)

PASSPHRASE = "correct horse battery staple"
STORAGE = "/var/lib/dokku/data/storage"
UPLOADS, NOTES = f"{STORAGE}/uploads", "/srv-notes"


@dataclass(frozen=True)
class Files:
    """The estate `estate` whose app fruits mounts `uploads`, and shop mounts `shared`."""

    estate: Estate
    store: Store

    def path(self, path: str) -> Path:
        """A file of the server."""
        return self.estate.host.machine.root / path.lstrip("/")

    def ensure(self, **change: Any) -> EnsureFiles:
        """The stack's command."""
        words: dict[str, Any] = {
            "folder": (f"fruits={UPLOADS}", f"shop={STORAGE}/shared"),
            "bucket": BUCKET,
            "endpoint": self.store.endpoint,
            "schedule": "0 3 * * *",
            "keep_days": 35,
            **change,
        }
        return EnsureFiles("db", **words)

    def send(self, command: Command, *secrets: str) -> str:
        """Run a command of the server that must end well."""
        done = self.estate.host.send("test", command, *secrets)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fails(self, command: Command, *secrets: str) -> str:
        """Run a command of the server that must fail; what it prints last."""
        done = self.estate.host.send("test", command, *secrets)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout.splitlines()[-1]

    def keys(self) -> list[str]:
        """The objects of the repository."""
        return [one.key for one in objects.listing(self.store.root, BUCKET) if one.key.startswith("files/")]


@pytest.fixture(scope="module")
def files(made_estate: Estate, running_store: Store) -> Iterator[Files]:
    """Backed up once, with two files."""
    found = Files(made_estate, running_store)
    for app, name in (("fruits", "uploads"), ("shop", "shared")):
        found.send(EnsureSettings(app, storage=(f"{name}:/app/files",)), "{}")
    found.path(f"{UPLOADS}/photo").write_text("apple")
    found.send(found.ensure(), PASSPHRASE)
    yield found
