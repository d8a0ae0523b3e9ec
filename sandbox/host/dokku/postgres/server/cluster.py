"""A service's data: where a version keeps it, how it is made, whose it is."""

import shutil
import subprocess
from pathlib import Path

from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.paths import SANDBOX
from sandbox.host.dokku.postgres import service
from sandbox.host.dokku.postgres.server import binaries


def data(name: str, version: str) -> Path:
    """Where the server of this version keeps its files: images from 18 on have a folder for each major version."""
    top = service.root(name) / "data"
    major = binaries.major(version) or 18
    return top / str(major) / "docker" if major >= 18 else top


def of_another_major(name: str, version: str) -> bool:
    found = files.text(service.root(name) / "data" / "PG_VERSION")
    folders = [path.parent.parent.name for path in (service.root(name) / "data").glob("*/docker/PG_VERSION")]
    mine = str(binaries.major(version))
    return bool(found and found != mine) or bool(folders and mine not in folders)


def create(name: str, version: str, where: Path) -> None:
    """A new cluster, made aside and moved in whole: a create that is killed here leaves none, not half of one."""
    aside = SANDBOX / "containers" / f"{name}.initdb"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700, parents=True)
    words = [str(binaries.folder(version) / "initdb"), f"--pgdata={aside}", "--username=postgres", "--no-sync"]
    words += ["--auth=scram-sha-256", "--pwfile=/dev/stdin", "--encoding=UTF8", "--locale=C.UTF-8"]
    done = subprocess.run(
        [*binaries.AS_POSTGRES, *words],
        input=service.read(name, "PASSWORD") + "\n",
        text=True,
        capture_output=True,
        env=binaries.environment(),
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"initdb: {done.stderr}")
    (service.root(name) / "data" / "certs").mkdir(parents=True, exist_ok=True)
    where.parent.mkdir(parents=True, exist_ok=True)
    for entry in aside.iterdir() if where.exists() else ():
        entry.rename(where / entry.name)
    if not where.exists():
        aside.rename(where)
    where.chmod(0o700)
