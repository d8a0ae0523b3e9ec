"""A host on which Dokku is still to be installed, and what stands in for its installer."""

import shlex
import subprocess

from sandbox.host.boot.namespace import HARMLESS
from tests.faults.support.bench import Bench

# Stand-ins for curl and debconf on a host that is to install Dokku: the one delivers what a test put into /root/served.
_CURL = """#!/bin/sh
while [ "$1" != --output ]; do shift; done
[ -e /root/served ] || { echo "curl: (6) Could not resolve host: raw.githubusercontent.com" >&2; exit 6; }
cp /root/served "$2"
"""
# Beside them, a /usr/bin of links to all that is there but Dokku.
_TOOLS = """
mkdir -p /mnt/whole /mnt/without && mount --bind /usr/bin /mnt/whole && cp -rs /mnt/whole/. /mnt/without/
rm /mnt/without/dokku && mount --bind /mnt/without /usr/bin
mkdir /mnt/lib && mount --bind /usr/local/lib /mnt/lib
mount -t tmpfs tmpfs /usr/local && mkdir /usr/local/bin /usr/local/lib && mount --bind /mnt/lib /usr/local/lib
printf '#!/bin/sh\ncat >/dev/null\n' >/usr/local/bin/debconf-set-selections
cat >/usr/local/bin/curl && chmod 755 /usr/local/bin/*
"""


def without_dokku(bench: Bench) -> None:
    """From now to the next boot; what a test puts into /root/served is the installer that curl delivers."""
    from_outside(bench, _TOOLS, _CURL)


def from_outside(bench: Bench, command: str, stdin: str = "") -> None:
    """A command in the host's namespaces with the right to mount, which nothing inside has."""
    words = bench.host.machine.enter_words(["bash", "-c", command])
    at = words.index(HARMLESS[0])
    del words[at : at + len(HARMLESS)]
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(words)}: {done.stderr}"
