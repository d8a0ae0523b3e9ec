"""What a command in a container sees, run by a stand-in for `docker run` and `docker exec`.

The system's programs, a few files of /etc, what was mounted on purpose, and folders of its own that are empty: no file
of the host. So a script that hands a container a path of the host fails here as it would there. Its children end with
it. Two things no namespace of an ordinary user can give: the network is the host's (a store on 127.0.0.1 answers), and
the programs are this machine's (GNU's, where Alpine has BusyBox's).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.host import paths
from sandbox.host.boot import mounts

PATH = "/usr/local/bin:/usr/bin:/bin"
# Where the stand-ins for an image's programs lie in the host's /usr; on PATH in containers only.
IMAGE_BIN = "/usr/lib/petbase-image"
_OPEN = ("unshare", "--user", "--map-root-user", "--mount")
_FIRST = ("--pid", "--fork", "--kill-child")
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
_ETC = ("passwd", "group", "nsswitch.conf", "hosts", "resolv.conf", "localtime", "timezone", "ssl", "alternatives")
_ETC_MORE = ("ld.so.cache", "services", "protocols", "terminfo", "os-release")
_OWN = ("tmp", "root", "var/tmp", "home", "run", "mnt", "opt", "srv")


def words(argv: Sequence[str], volumes: Mapping[str, str], environment: Mapping[str, str], *, first: bool) -> list[str]:
    """What runs `argv` in a container; `volumes` map folders and files of the host to where they appear.

    `first`: it is the container's process 1, as in `docker run`; no signal but SIGKILL ends one that handles none.
    The environment travels in a variable of this process's successor, never in words that everybody can read.
    """
    os.environ.clear()
    os.environ["CONTAINER"] = json.dumps({"volumes": dict(volumes), "environment": dict(environment)})
    os.environ["PATH"] = PATH
    return [*_OPEN, *(_FIRST if first else ()), "--", str(paths.PYTHON), "-m", __name__, *argv]


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


def main(argv: list[str]) -> int:
    """Process 1 of the container: build what it sees, move in, become the command. 127 when there is none."""
    asked = json.loads(os.environ["CONTAINER"])
    root = Path("/mnt")
    _build(root, asked["volumes"])
    mounts.become_root(root)
    environment = {"PATH": PATH, **asked["environment"]}
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what it becomes would, too
    try:
        os.execvpe(argv[0], argv, environment)
    except FileNotFoundError:
        sys.stderr.write(f'exec: "{argv[0]}": executable file not found in $PATH: unknown\n')
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
