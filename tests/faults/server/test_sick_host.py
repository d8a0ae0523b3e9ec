"""A host on which something is broken: every script says so, changes nothing, and is finished by a later run."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from host.server.ensure import EnsureServer
from tests.faults.support.bench import Bench
from tests.faults.support.installer import from_outside, without_dokku
from tests.faults.support.nouns import app, link


def host(bench: Bench) -> EnsureServer:
    return EnsureServer(domain="localhost", key=(bench.host.public_key,))


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


@pytest.mark.parametrize(
    ("folder", "text"),
    [
        ("var/lib/petbase", "No space left on device"),
    ],
)
def test_a_full_disk_is_said_and_the_next_run_finishes(bench: Bench, folder: str, text: str) -> None:
    name = f"full{folder[:3]}"
    for script in (app(name), link(name)):
        with full(bench, folder):
            answer = bench.send(script)
        assert answer.returncode != 0
        assert text in answer.stdout
        bench.done(script)
    state = bench.app(name)
    assert (state["links"], state["exists"], state["role"]["rolcanlogin"]) == (1, True, True)


@pytest.mark.soak
def test_an_installer_that_cannot_be_had_or_is_another_one_is_said_and_not_run(bare_host: Bench) -> None:
    def noun(digest: str) -> EnsureServer:
        return EnsureServer(domain="localhost", bootstrap_sha256=digest)

    without_dokku(bare_host)
    answer = bare_host.send(noun("0" * 64))
    assert answer.returncode == 1
    assert "installing Dokku 0.38.27, five to ten minutes\n" in answer.stdout
    assert answer.stdout.endswith(
        "  curl: (6) Could not resolve host: raw.githubusercontent.com\n"
        "https://raw.githubusercontent.com/dokku/dokku/v0.38.27/bootstrap.sh could not be downloaded; nothing was "
        "installed. If there is a Dokku 0.38.27, run pulumi up again\n"
    )
    bare_host.root("echo 'touch /root/installed' >/root/served")
    answer = bare_host.send(noun("0" * 64))
    digest = hashlib.sha256(b"touch /root/installed\n").hexdigest()
    assert answer.stdout.endswith(
        f"bootstrap.sh of Dokku 0.38.27 has SHA-256 {digest} and the stack file says {'0' * 64}; it was not run\n"
    )
    assert not (bare_host.disk / "root/installed").exists()
    # The download works, and the installer puts Dokku where it belongs: what was half installed is installed whole.
    from_outside(bare_host, "umount /usr/bin")
    bare_host.done(noun(digest))
    assert (bare_host.disk / "root/installed").exists()
    assert bare_host.state("server/installing") is None
