"""Where things lie: inside a sandbox host (absolute, as its processes see them), and on this machine's disk."""

import sys
import sysconfig
from pathlib import Path

# Inside the host. Nothing there depends on where the checkout or Python lie on this machine.
PETBASE = Path("/.petbase")
PYTHON = PETBASE / "python"
CHECKOUT = PETBASE / "checkout"
SITE = PETBASE / "site"
BUN = PETBASE / "bun"
RESTIC = PETBASE / "restic"
MODULES = Path("/node_modules")  # where every app finds what it imports: no image is built, so nothing is installed
LOG = PETBASE / "log"
MACHINE = PETBASE / "machine.json"
USER_DATA = PETBASE / "user-data"
BOOT_STATUS = Path("/run/cloud-init/result.json")
CURL = Path("/usr/lib/petbase-sandbox/curl")
ROUTES = Path("/var/lib/dokku/sandbox/routes.json")

SSH_PORT = 2222  # an ordinary user cannot bind 22
# Of /usr only what a server's owner may fill: a program that is brought to /usr/local/lib/petbase stays there.
OWN_DIRECTORIES = ("etc", "home", "root", "run", "var", "tmp", "usr/local/lib")


def checkout() -> Path:
    """The checkout that this file belongs to."""
    return Path(__file__).resolve().parents[2]


def python_home() -> Path:
    """Where the Python that runs the stand-ins is installed, as the host sees it."""
    return Path("/usr") if Path(sys.base_prefix) == Path("/usr") else PETBASE / "base"


def python_words() -> str:
    """The start of a shell line that runs that Python, without the stand-ins' packages."""
    libraries = f"LD_LIBRARY_PATH={python_home()}/lib " if sysconfig.get_config_var("Py_ENABLE_SHARED") else ""
    return f"{libraries}exec {python_home()}/bin/python{sys.version_info.major}.{sys.version_info.minor}"


def hostname() -> str:
    """The host's own name."""
    return Path("/proc/sys/kernel/hostname").read_text().strip()
