"""What a command in a container sees, run by a stand-in for `docker run` and `docker exec`.

The system's programs, a few files of /etc, what was mounted on purpose, and empty folders: no file
of the host. So a script that hands a container a path of the host fails here as it would there. Its children end with
it. Two things no namespace of an ordinary user can give: the network is the host's (a store on 127.0.0.1 answers), and
the programs are this machine's (GNU's, where Alpine has BusyBox's).
"""

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from sandbox.host import paths
from sandbox.host.boot import mounts

PATH = "/usr/local/bin:/usr/bin:/bin"
# Where the stand-ins for an image's programs lie in the host's /usr; on PATH in containers only.
IMAGE_BIN = "/usr/lib/petbase-image"
_OPEN = ("unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child")
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
_ETC = ("passwd", "group", "nsswitch.conf", "hosts", "resolv.conf", "localtime", "timezone", "ssl", "alternatives")
_ETC_MORE = ("ld.so.cache", "services", "protocols", "terminfo", "os-release")
_OWN = ("tmp", "root", "var/tmp", "home", "run", "mnt", "opt", "srv")


def words(argv: Sequence[str], volumes: Mapping[str, str], environment: Mapping[str, str]) -> list[str]:
    """What runs `argv` as process 1 of a container, as `docker run` does; `volumes` map the host's paths to its own.

    No signal but SIGKILL ends a process 1 that handles none. The environment travels in a variable of this process's
    successor, never in words that everybody can read.
    """
    os.environ.clear()
    os.environ["CONTAINER"] = json.dumps({"volumes": dict(volumes), "environment": dict(environment)})
    os.environ["PATH"] = PATH
    return [*_OPEN, "--", str(paths.PYTHON), "-m", __name__, *argv]


def become(argv: Sequence[str], volumes: Mapping[str, str], environment: Mapping[str, str]) -> NoReturn:
    """Go on as `argv` beside a container's process 1, as `docker exec` does. 127 when there is no such program."""
    mounts.unshare()
    _enter(argv, volumes, environment)


def _enter(argv: Sequence[str], volumes: Mapping[str, str], environment: Mapping[str, str]) -> NoReturn:
    """Build what the container sees, move in, become the command."""
    root = Path("/mnt")
    _build(root, volumes)
    mounts.become_root(root)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what it becomes would, too
    found = {"PATH": PATH, **environment}
    try:
        os.execvpe(argv[0], list(argv), found)
    except FileNotFoundError:
        sys.stderr.write(f'exec: "{argv[0]}": executable file not found in $PATH: unknown\n')
        sys.exit(127)


def _build(root: Path, volumes: Mapping[str, str]) -> None:
    mounts.fresh("tmpfs", root, "mode=0755")
    for name in _SYSTEM:
        system = Path("/", name)
        if system.is_symlink():
            (root / name).symlink_to(system.readlink())
        elif system.is_dir():
            mounts.bind(system, root / name)
    for name in ("dev", "proc", paths.PETBASE.name):
        mounts.bind(Path("/", name), root / name, writable=name != paths.PETBASE.name)
    for name in _OWN:
        (root / name).mkdir(parents=True, mode=0o1777 if name.endswith("tmp") else 0o755)
    for name in (*_ETC, *_ETC_MORE):
        file = Path("/etc", name)
        if file.exists() and str(file) not in volumes.values():
            mounts.bind(file.resolve(), root / "etc" / name)
    for source, target in volumes.items():
        mounts.bind(Path(source), root / target.lstrip("/"), writable=True)


if __name__ == "__main__":
    asked = json.loads(os.environ["CONTAINER"])
    _enter(sys.argv[1:], asked["volumes"], asked["environment"])
