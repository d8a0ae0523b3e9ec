"""An app's variables: read, and changed as Dokku does it."""

from collections.abc import Callable
from pathlib import Path

from sandbox.host.dokku.config import env_file
from sandbox.host.dokku.core import fault, files
from sandbox.host.dokku.core.paths import CONFIG


def path_of(app: str) -> Path:
    """Where the variables of an app (or `--global`) lie."""
    return CONFIG / ("--global" if app == "--global" else app) / "ENV"


def read(app: str) -> dict[str, str]:
    """All of them, sorted by name. RefusedError for a file that cannot be read back."""
    path = path_of(app)
    return dict(sorted(env_file.parse(path.read_text()).items())) if path.exists() else {}


def change(app: str, edit: Callable[[dict[str, str]], object]) -> None:
    """Let `edit` change them. Nothing keeps others out in between: two at once lose what the first one wrote (seen;
    the ten of record 608 were lucky).
    """
    values = read(app)
    edit(values)
    fault.place("config write")
    files.write(path_of(app), env_file.dump(values), 0o600)
