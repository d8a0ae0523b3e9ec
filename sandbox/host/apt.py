"""Stands in for apt-get, dpkg and dpkg-query: what is installed is a file with its version under /var/lib/dpkg/sandbox.

`apt-get update`, `apt-get install NAME[=VERSION]…` of the few packages below, a Dokku of any release but those that end
in .99, restic where this machine has it (sandbox/restic); `dpkg --configure --pending`; `dpkg-query --show
--showformat '${db:Status-Status}' NAME`. A test may cut an install before and behind what it does
(dokku/core/fault.py). Nothing is fetched, no other package is known. Locks are apt's: for its lists' it never waits
(apt-pkg/acquire.cc), for dpkg's as long as DPkg::Lock::Timeout says (deb/debsystem.cc).
"""

import fcntl
import os
import re
import sys
import time
from pathlib import Path

from sandbox.host.dokku.core import fault, files
from sandbox.host.dokku.system import plugin

_HERE = Path("/var/lib/dpkg/sandbox")
_CALLS = Path("/var/lib/dpkg/sandbox-calls")  # of dpkg, which has nothing to do here: a line each, for tests
# What the image has, as a server has it on which Dokku's installer ran.
IMAGE = {"docker-ce": "5:29.1.3", "dokku": plugin.FIRST_VERSION, "plugn": "0.16.1", "sshcommand": "0.20.1"}
_KNOWN = {*IMAGE, "docker-image-labeler", "gliderlabs-sigil", "netrc", "procfile-util", "unattended-upgrades"}
_BROUGHT = {"restic": Path("/.petbase/restic")}  # installed by this machine, where it has them
_VALUED = {"--option", "-o"}


def _plain(words: list[str]) -> list[str]:
    """The words that are neither an option nor an option's value."""
    pairs = zip(["", *words], words, strict=False)
    return [word for before, word in pairs if not word.startswith("-") and before not in _VALUED]


def _timeout(words: list[str]) -> float:
    """Seconds that it waits for dpkg's lock: of its words, or of the file in APT_CONFIG."""
    config = os.environ.get("APT_CONFIG")
    said = " ".join([Path(config).read_text() if config else "", *words])
    found = re.search(r"""DPkg::Lock::Timeout[= "]+(\d+)""", said)
    return float(found[1]) if found else 0


def _locked(file: Path, seconds: float) -> bool:
    """Take the lock for as long as the program runs; else what apt says."""
    file.parent.mkdir(parents=True, exist_ok=True)
    held = os.open(file, os.O_RDWR | os.O_CREAT, 0o640)
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= deadline:
                sys.stderr.write(f"E: Could not get lock {file}. It is held by process 71 (apt-get)\n")
                sys.stderr.write(
                    "N: Be aware that removing the lock file is not a solution and may break your system.\n"
                )
                sys.stderr.write(f"E: Unable to lock directory {file.parent}/\n")
                return False
            time.sleep(0.1)
        else:
            return True


def _get(words: list[str]) -> int:
    verb, *names = _plain(words)
    if verb == "update":
        return 0 if _locked(Path("/var/lib/apt/lists/lock"), 0) else 100
    if verb != "install":
        sys.stderr.write(f"E: (stand-in) Invalid operation {verb}\n")
        return 100
    if not _locked(Path("/var/lib/dpkg/lock-frontend"), _timeout(words)):
        return 100
    wanted = dict(name.partition("=")[::2] for name in names)
    for name, version in wanted.items():
        if name not in _KNOWN and not _BROUGHT.get(name, _HERE / name).exists():
            sys.stderr.write(f"E: Unable to locate package {name}\n")
            return 100
        if version.endswith(".99"):
            sys.stderr.write(f"E: Version '{version}' for '{name}' was not found\n")
            return 100
    fault.place("apt-get install")
    for name, version in wanted.items():
        if "--only-upgrade" in words and not (_HERE / name).exists():
            continue
        files.write(_HERE / name, f"{version or '1.0'}\n")
        if name == "dokku":
            files.write(plugin.VERSION_FILE, f"{version}\n")
    fault.place("apt-get installed")
    return 0


def _query(words: list[str]) -> int:
    code = 0
    for name in words[words.index("--showformat") + 2 :]:
        if (_HERE / name).exists():
            sys.stdout.write("installed")
        else:
            sys.stderr.write(f"dpkg-query: no packages found matching {name}\n")
            code = 1
    return code


def main(program: str, words: list[str]) -> int:
    """One call of one of the three."""
    if program == "dpkg":
        with _CALLS.open("a") as calls:
            calls.write(" ".join(words) + "\n")
        return 0
    return (_get if program == "apt-get" else _query)(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
