"""A host on which something is broken: every script says so, changes nothing, and is finished by a later run."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.support.bench import Bench
from tests.faults.support.installer import from_outside
from tests.faults.support.nouns import app, link


@contextmanager
def full(bench: Bench, folder: str) -> Iterator[None]:
    """That folder of the host on a separate disk that has no byte left."""
    name = f"/{folder}"
    from_outside(bench, f"mkdir -p /mnt/kept && cp -a {name}/. /mnt/kept/ && mount -t tmpfs -o size=64k tmpfs {name}")
    bench.root(f"cp -a /mnt/kept/. {name}/; cat /dev/zero >{name}/filler 2>/dev/null || :")
    try:
        yield
    finally:
        from_outside(bench, f"umount -l {name} && rm -rf /mnt/kept")


def test_a_full_disk_is_said_and_the_next_run_finishes(bench: Bench) -> None:
    for script in (app("full"), link("full")):
        with full(bench, "var/lib/petbase"):
            answer = bench.send(script)
        assert answer.returncode != 0
        assert "No space left on device" in answer.stdout
        bench.done(script)
    state = bench.app("full")
    assert (state["links"], state["exists"], state["role"]["rolcanlogin"]) == (1, True, True)
