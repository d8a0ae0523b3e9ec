"""An estate whose apps' files are backed up beside the dumps, by the real restic."""

import json
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host.core.command import Command
from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.credentials import Credentials
from host.files.drill import DrillFiles
from host.files.ensure import EnsureFiles
from host.files.repository.restic import Repository
from host.files.restore import RestoreFiles
from host.settings.ensure import EnsureSettings
from sandbox.store import Store, account, objects
from tests.support.hosts.estate import BUCKET, KEY, SECRET, Estate

PASSPHRASE = "correct horse battery staple"
STORAGE = "/var/lib/dokku/data/storage"
UPLOADS, SHARED = f"{STORAGE}/uploads", f"{STORAGE}/shared"


@dataclass(frozen=True)
class Files:
    """fruits mounts `uploads`, and shop mounts `shared`."""

    estate: Estate
    store: Store

    def set_up(self) -> None:
        """The folders; nothing is in them."""
        for app, name in (("fruits", "uploads"), ("shop", "shared")):
            self.send(EnsureSettings(app, storage=(f"{name}:/app/files",)), "{}")

    def outputs(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(json.dumps(self.estate.outputs))
        found["apps"]["fruits"]["files"], found["apps"]["shop"]["files"] = [UPLOADS], [SHARED]
        return found

    def path(self, path: str) -> Path:
        return self.estate.host.machine.root / path.lstrip("/")

    def ensure(self, **change: Any) -> EnsureFiles:
        words: dict[str, Any] = {
            "folder": (f"fruits={UPLOADS}", f"shop={SHARED}"),
            "bucket": BUCKET,
            "endpoint": self.store.endpoint,
            "schedule": "0 3 * * *",
            "keep_days": 35,
            **change,
        }
        return EnsureFiles("db", **words)

    def send(self, command: Command, *secrets: str) -> str:
        done = self.estate.host.send("test", command, *secrets)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fails(self, command: Command, *secrets: str) -> str:
        """Run a command of the server that must fail; what it prints last."""
        done = self.estate.host.send("test", command, *secrets)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout.splitlines()[-1]

    def restore(self, app: str) -> None:
        self.send(RestoreFiles("db", app))

    def drill(self) -> str:
        """What it prints, whichever way it ends."""
        return self.estate.host.send("test", DrillFiles("db")).stdout

    def status(self, path: str) -> dict[str, Any]:
        found = json.loads(self.path("/var/lib/petbase/services/db/files/status.json").read_text())
        return next(one for one in found["folders"] if one["path"] == path)

    def objects(self) -> list[str]:
        return [one.key for one in objects.listing(self.store.root, BUCKET) if one.key.startswith("files/")]

    def bytes(self) -> int:
        found = objects.listing(self.store.root, BUCKET)
        return sum(one.size for one in found if one.key.startswith("files/"))

    def restic(self, *words: str, read: str) -> subprocess.CompletedProcess[str]:
        """Run restic on the server as the program does, on words of a test's own."""
        bucket = Bucket(Host("test"), "db", BUCKET, "", self.store.endpoint, Credentials(KEY, SECRET, "auto"))
        passphrase = Path("/var/lib/petbase/services/db/files/passphrase")
        url = f"s3:{self.store.endpoint}/{BUCKET}/files/db"
        line = Repository(bucket, passphrase).words(url, *words, limit=60, read=[read])
        keys = " ".join(f"{name}={value}" for name, value in bucket.environment.items())
        return self.estate.host.ssh(f"env {keys} {shlex.join(line)}")

    def one_folder(self) -> str:
        """The settings as the server has them, with the one folder only."""
        found = json.loads(self.path("/var/lib/petbase/services/db/files/settings.json").read_text())
        return json.dumps({**found, "folders": [one for one in found["folders"] if one["path"] == UPLOADS]})

    def damage(self, key: str) -> None:
        """Flip a byte in the middle of an object, behind the store's back."""
        folder = account.bucket_dir(self.store.root, BUCKET) / "objects"
        file = next(one for one in folder.iterdir() if one.name.endswith(key.rpartition("/")[2]))
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(bytes(content))
