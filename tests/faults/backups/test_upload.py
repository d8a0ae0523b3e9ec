"""A dump on its way to a server whose disk fills up."""

import hashlib

import pytest

from components.dokku import program, shell
from host.dumps.upload import UploadDump
from tests.faults.support.bench import NAME
from tests.faults.support.watched import CONTAINER_TMP, SERVICE, Watched

RESTORES = f"/var/lib/petbase/services/{SERVICE}/restores"


@pytest.mark.parametrize("full", [RESTORES, CONTAINER_TMP], ids=["of the server", "of the container"])
def test_a_disk_that_fills_up_while_the_dump_comes_keeps_nothing_of_it(watched: Watched, full: str) -> None:
    digest = hashlib.sha256(bytes(1 << 20)).hexdigest()
    line = program.line(NAME, UploadDump(SERVICE, digest, size=1 << 20))
    watched.bench.root(f"mkdir -p {RESTORES}")
    left = f"echo left: $(ls -A {full} {RESTORES} | grep -v :)"
    inner = f"mount -t tmpfs -o size=64k tmpfs {full}; {line}; {left}"
    answer = watched.bench.host.ssh(
        f"head -c 1048576 /dev/zero | unshare --user --map-root-user --mount sh -c {shell.line(inner)}"
    )
    assert answer.stdout.splitlines() == [
        "the server's disk is full; nothing was changed. Look at: df --human-readable",
        "left:",
    ]
