"""From a pushed commit to something that can be started.

The source is taken out of git; its Dockerfile's CMD, or its Procfile's web line, says what to run.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from sandbox.host.dokku.apps import dockerfile
from sandbox.host.dokku.apps.dockerfile import Image
from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.paths import BUN
from sandbox.host.dokku.processes import processes

# No configuration of the machine's: what git does here must not hang on who runs the sandbox.
GIT_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/home/dokku", "GIT_CONFIG_NOSYSTEM": "1"}
# First the sandbox's own Python, which has psycopg: no image is built, so nothing of a requirements.txt or a
# package.json is installed. What the examples import by Bun is in /node_modules (sandbox/host/paths.py).
PATH = f"{Path(sys.executable).parent}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TWIN_LABEL = "petbase.twin"


def source(app: str) -> Path:
    """The app's files as last deployed."""
    return processes.folder(app) / "source"


def check_out(app: str, repository: Path, revision: str) -> None:
    """Take the commit's files out of git.

    Runs inside git's hook, whose variables lead to the objects that still arrive.
    """
    fresh = processes.folder(app) / "source.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    git = {name: value for name, value in os.environ.items() if name.startswith("GIT_")}
    archive = ["git", f"--git-dir={repository}", "archive", "--format=tar", revision]
    packed = subprocess.run(archive, env=GIT_ENVIRONMENT | git, stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-x", "-C", str(fresh)], input=packed.stdout, check=True)
    before = processes.folder(app) / "source.old"
    shutil.rmtree(before, ignore_errors=True)
    if source(app).exists():
        source(app).rename(before)
    fresh.rename(source(app))


def roll_back(app: str) -> None:
    """After a failed deploy: the next restart starts what runs now."""
    before = processes.folder(app) / "source.old"
    if before.exists():
        shutil.rmtree(source(app), ignore_errors=True)
        before.rename(source(app))


def image_of(app: str) -> Image:
    """What the source says is to be started."""
    where = source(app)
    recipe, procfile = where / "Dockerfile", where / "Procfile"
    if not recipe.exists() and not procfile.exists():
        raise say.RefusedError("(stand-in) No Dockerfile and no Procfile: the sandbox has no buildpacks to try")
    image = dockerfile.parse(recipe.read_text()) if recipe.exists() else Image()
    if procfile.exists() and (web := re.search(r"^web:\s*(.+)$", procfile.read_text(), re.M)):
        image.command, image.entrypoint = ["sh", "-c", "exec " + web[1].strip()], []
    if not image.words:
        raise say.RefusedError("(stand-in) The Dockerfile has no CMD, so there is nothing to start")
    return image


def announce(app: str, image: Image) -> None:
    """What a build prints, and what this one does not do."""
    say.step("Cleaning up...")
    say.step(f"Building {app} from {'Dockerfile' if image.steps else 'Procfile'}")
    for number, row in enumerate(image.steps, 1):
        say.out(f"Step {number}/{len(image.steps)} : {row}")
        if row.split()[0].upper() in {"RUN", "COPY", "ADD"}:
            say.out(" ---> (stand-in) not run: the files are used as pushed")
    say.out(f"Successfully tagged dokku/{app}:latest")


def start_words(app: str, image: Image) -> list[str]:
    """The command, with the program found on this host; a Python twin where Bun is not installed."""
    program = image.words[0]
    own = source(app) / "node_modules" / ".bin" / program
    if own.exists():
        return [str(own), *image.words[1:]]
    if program == "bun" and BUN.exists():
        return [str(BUN), *image.words[1:]]
    if shutil.which(program, path=PATH):
        return image.words
    if twin := image.labels.get(TWIN_LABEL):
        say.warn(f"(stand-in) {program} is not installed on this machine: running the app's Python twin, {twin}")
        return [sys.executable, twin]
    raise say.RefusedError(
        f"(stand-in) {program} is not installed on this machine, and the image names no {TWIN_LABEL}"
    )
