"""The few variables that Dokku's own file changes, in a file that Docker reads when it makes a container of the app.

Dokku writes its file by godotenv 1.5.1, at each push too: `007` comes back as 7, `+1` as 1, and a text that ends in `"`
or `\\` as another one or not at all. Every verb that sets a variable goes through that file. A line of Docker's
`--env-file` is taken as it is, but for a pair of quotes around the value in newer releases (docker/cli, pkg/kvfile).
apps:clone copies the option, so while an app is renamed, both of its names use one file.
"""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from host.core import files
from host.core.host import Host
from host.dokku import docker_options

FOLDER = "/var/lib/dokku/data/petbase"
_LOCK = "env-files"
_OPTION = re.compile(rf"--env-file=({FOLDER}/\w+)")
_OPTIONS = "/var/lib/dokku/config/docker-options"  # contract 172
_LINE_BYTES = 60_000
"""Docker reads lines of 64 KiB, the name included."""


def problem_of(value: str) -> str:
    """Why a text cannot be a line there; "" where it can."""
    if "\n" in value:
        return "contains a line break"
    # Newer releases of Docker take such a pair off. What Dokku's file changes never ends in a single quote.
    if value[0] == value[-1] == '"' and len(value) > 1:
        return "begins with it"
    return f"is longer than {_LINE_BYTES} bytes" if len(value.encode()) > _LINE_BYTES else ""


def read(host: Host, app: str) -> dict[str, str]:
    """The variables of the app's file; none where it has no file."""
    # By bytes: a carriage return within a value does not end a line.
    lines = host.path(path).read_bytes().decode().split("\n") if (path := _path(host, app)) else []
    return {name: value for name, equals, value in (line.partition("=") for line in lines) if equals}


def write(host: Host, app: str, values: Mapping[str, str]) -> None:
    """Let the app's file hold these, and have none where there are none. It counts from the app's next start on."""
    if values == read(host, app):
        return
    with host.lock(_LOCK):
        path = _path(host, app)
        if not values:
            # The deploy phase last: a run that is cut off finds the file by it.
            for phase in (docker_options.RUN, docker_options.DEPLOY):
                docker_options.remove(host, app, phase, f"--env-file={path}")
        _sweep(host)
        if not values:
            return
        # Dokku runs as dokku, and so does its Docker client. No other user may look into the folder.
        host.run("install", "--directory", "--group=dokku", "--mode=0750", str(host.path(FOLDER)))
        chosen = path or f"{FOLDER}/{secrets.token_hex(8)}"
        files.write(host.path(chosen), "".join(f"{name}={value}\n" for name, value in sorted(values.items())))
        if not path:
            phases = f"{docker_options.DEPLOY},{docker_options.RUN}"
            host.dokku("docker-options:add", app, phases, f"--env-file={chosen}")


def sweep(host: Host) -> None:
    """Remove the files that no app's options name: its app was destroyed, or the command that made it was cut off."""
    with host.lock(_LOCK):
        _sweep(host)


def _sweep(host: Host) -> None:
    if not host.path(_OPTIONS).is_dir():  # then nothing is known of what is used
        return
    used = {_path(host, app.name) for app in _children(host, _OPTIONS)}
    for file in _children(host, FOLDER):
        if f"{FOLDER}/{file.name}" not in used:
            file.unlink()


def _children(host: Host, folder: str) -> list[Path]:
    path = host.path(folder)
    return list(path.iterdir()) if path.is_dir() else []


def _path(host: Host, app: str) -> str | None:
    found = _OPTION.search(files.read(host.path(f"{_OPTIONS}/{app}/_default_.{docker_options.DEPLOY}")))
    return found[1] if found else None
