"""What a sandbox host can see: its own root over a read-only system, entered before anything of the host runs.

`launch_words()` is the command that opens the namespaces (user, mount, pid, ipc, host name; the network stays the
machine's) and runs this module as their process 1, which builds the root, moves into it and becomes `init.py`.

Root on the machine is root inside too, so nothing rests on file permissions: what is not the host's own is read-only,
/proc/sys and /proc/sysrq-trigger included (a real root's uid may write there without any capability), and CAP_SYS_ADMIN
is dropped for good, or a `mount -o remount,rw` inside would undo it.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.host import paths
from sandbox.host.boot import mounts
from sandbox.host.disk import MachineError

_NAMESPACES = ("--user", "--map-root-user", "--mount", "--pid", "--ipc", "--uts", "--fork")
_ALLOW = "on Ubuntu 24.04: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}
_PROC_READ_ONLY = ("sys", "sysrq-trigger", "irq", "bus", "fs")

# A Python with a shared library names that library's real path, which is invisible here; without LD_LIBRARY_PATH the
# loader takes the system's of the same name, another patch version. Its children do not get the variable.
_OWN_LIBRARY_ONLY = f"import os, sys; os.environ.pop('LD_LIBRARY_PATH', None); sys.executable = '{paths.PYTHON}'"

# The one way to run something inside: without the capability that could undo the read-only mounts.
HARMLESS = ("/usr/bin/setpriv", "--bounding-set=-sys_admin", "--")
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "USER": "root",
    "LOGNAME": "root",
    "SHELL": "/bin/bash",
    "LANG": "C.UTF-8",
}


def launch_words(directory: Path) -> list[str]:
    """The words that start the host kept in `directory`; to be run with ENVIRONMENT and nothing of the caller's."""
    python = [sys.executable, "-m", "sandbox.host.boot.namespace", str(directory)]
    return ["unshare", *_NAMESPACES, "--", *python]


def enter_words(pid: int, argv: Sequence[str]) -> list[str]:
    """The words that run `argv` as root inside the host whose process 1 has the number `pid` on this machine."""
    words = [
        "nsenter",
        "--target",
        str(pid),
        "--user",
        "--mount",
        "--pid",
        "--ipc",
        "--uts",
        "--preserve-credentials",
        "--",
    ]
    environment = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
    return [*words, *HARMLESS, "/usr/bin/env", "--ignore-environment", "--chdir=/root", *environment, *argv]


def check() -> None:
    """Raise MachineError, with the way out, where this machine lets no user open a namespace."""
    for tool in ("unshare", "nsenter", "setpriv", "setsid"):
        if not shutil.which(tool):
            raise MachineError(f"{tool} is not installed; it belongs to util-linux, which the sandbox host needs")
    tried = subprocess.run(["unshare", *_NAMESPACES, "--", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise MachineError(f"this machine forbids user namespaces ({tried.stderr.strip()}); {_ALLOW}")


def build(directory: Path, root: Path, brought: Mapping[Path, str | None]) -> None:
    """Mount everything the host sees under `root`, an empty folder; `brought` are this machine's, where it has them."""
    mounts.fresh("tmpfs", root, "mode=0755")
    mounts.overlay([directory / "extra", Path("/usr")], root / "usr")
    _usr_local(root / "usr/local")
    _system_folders(root)
    for name in paths.OWN_DIRECTORIES:
        mounts.bind(directory / "root" / name, root / name, writable=True)
    for name in ("mnt", "opt", "srv", "sys"):
        (root / name).mkdir()
    _petbase(directory, root)
    for place, source in brought.items():
        if source:
            mounts.bind(Path(source), root / place.relative_to("/"))
    _devices(root / "dev")
    mounts.fresh("proc", root / "proc")
    for name in _PROC_READ_ONLY:
        if (entry := root / "proc" / name).exists():
            mounts.bind(entry, entry)


def _usr_local(folder: Path) -> None:
    """As on a new server: what this machine has there (a docker client, say) would come before the stand-ins. Only what
    comes before the real curl is there.
    """
    mounts.fresh("tmpfs", folder, "mode=0755")
    for name in ("bin", "lib"):
        (folder / name).mkdir()
    (folder / "bin/curl").symlink_to(paths.CURL)
    mounts.read_only(folder)


def _system_folders(root: Path) -> None:
    """/bin, /lib …: links into /usr on today's systems, folders of their own on older ones."""
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        system = Path("/", name)
        if system.is_symlink():
            (root / name).symlink_to(system.readlink())
        elif system.is_dir():
            mounts.bind(system, root / name)


def _petbase(directory: Path, root: Path) -> None:
    """The Python that runs the stand-ins, at separate paths: the machine's homes stay invisible."""
    here = root / paths.PETBASE.relative_to("/")
    mounts.bind(paths.checkout() / "sandbox", here / "checkout" / "sandbox")
    mounts.bind(Path(sysconfig.get_path("purelib")), here / "site")
    base = paths.python_home()
    if base != Path("/usr"):
        mounts.bind(Path(sys.base_prefix), here / "base")
    _virtual_environment(here, base)
    mounts.bind(directory / "log", here / "log", writable=True)
    for name in ("machine.json", "user-data"):
        mounts.bind(directory / name, here / name)


def _virtual_environment(here: Path, base: Path) -> None:
    """A venv by hand, since the machine's own names real paths. So no PYTHON* variable is needed, or reaches an app."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = here / "venv/lib" / version / "site-packages"
    site.mkdir(parents=True)
    (site / "petbase.pth").write_text(f"{paths.CHECKOUT}\n{paths.SITE}\n{_OWN_LIBRARY_ONLY}\n")
    (here / "venv/pyvenv.cfg").write_text(f"home = {base}/bin\ninclude-system-site-packages = false\n")
    (here / "venv/bin").mkdir()
    (here / "venv/bin/python").symlink_to(base / "bin" / version)
    libraries = f"LD_LIBRARY_PATH={base}/lib " if sysconfig.get_config_var("Py_ENABLE_SHARED") else ""
    (here / "python").write_text(f'#!/bin/sh\n{libraries}exec {paths.PETBASE}/venv/bin/python "$@"\n')
    (here / "python").chmod(0o755)
    (here / "python3").symlink_to("python")  # what apps call it


def _devices(dev: Path) -> None:
    mounts.fresh("tmpfs", dev, "mode=0755")
    for name in _DEVICES:
        mounts.bind(Path("/dev", name), dev / name, writable=True)
    for name, target in _DEVICE_LINKS.items():
        (dev / name).symlink_to(target)
    mounts.fresh("devpts", dev / "pts", "newinstance,ptmxmode=0666,mode=0620")
    mounts.fresh("tmpfs", dev / "shm", "mode=1777")


def main(directory: Path) -> None:
    """Process 1 of the new namespaces, before it moves in."""
    # Process 1 loses signals that it has no handler for; kept back, a stop that comes this early waits for init.py's.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    # /proc is still the machine's, so this is the process id as the machine sees it: what `stop` will signal.
    pid = str(Path("/proc/self").readlink())
    machine = json.loads((directory / "machine.json").read_text())
    socket.sethostname(machine["hostname"])
    root = directory / "mnt"
    places = {paths.BUN: "bun", paths.MODULES: "modules", paths.RESTIC: "restic"}
    build(directory, root, {place: machine.get(name) for place, name in places.items()})
    # `start` waits for this, and then replaces machine.json; a file that is being replaced cannot be mounted.
    (directory / "pid").write_text(pid)
    mounts.become_root(root)
    os.execve(HARMLESS[0], [*HARMLESS, str(paths.PYTHON), "-m", "sandbox.host.boot.init"], ENVIRONMENT)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
