"""The install of Dokku takes minutes: whatever happens to connection or server meanwhile, the next run ends it."""

import fcntl
import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components.dokku import program
from host.core import stdin
from host.server.ensure import EnsureServer
from tests.faults.support.bench import NAME, Bench
from tests.faults.support.installer import without_dokku
from tests.support.hosts.sandbox_host import wait_for

# Says that it began, waits for a word, and puts Dokku where it belongs. The real one is told apart by its checksum.
_INSTALLER = """set -e
echo run >>/root/runs
until [ -e /root/go ]; do sleep 0.1; done
apt-get update
apt-get install plugn
ln -sf /mnt/whole/dokku /usr/local/bin/dokku
"""


def host(bench: Bench) -> EnsureServer:
    digest = hashlib.sha256(_INSTALLER.encode()).hexdigest()
    return EnsureServer(domain="localhost", bootstrap_sha256=digest, key=(bench.host.public_key,))


def started(bench: Bench) -> "subprocess.Popen[str]":
    """A client that has sent the command."""
    words = bench.host.ssh_words(program.line(NAME, host(bench)))
    client = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert client.stdin is not None
    client.stdin.write(stdin.text("4711", 1))
    client.stdin.close()
    client.stdin = None
    return client


def begun(bench: Bench) -> "subprocess.Popen[str]":
    """A client whose installer is at work."""
    without_dokku(bench)
    bench.root("cat >/root/served", _INSTALLER)
    runs = bench.disk / "root/runs"
    before = runs.read_text() if runs.exists() else ""
    client = started(bench)
    wait_for(lambda: runs.exists() and runs.read_text() != before)
    return client


def ended(client: "subprocess.Popen[str]") -> None:
    client.kill()
    client.wait()
    assert client.stdout is not None
    client.stdout.close()


def test_a_run_after_a_lost_connection_waits_for_the_install_that_goes_on(bare_host: Bench) -> None:
    ended(begun(bare_host))
    again = started(bare_host)
    # Both hold the lock's file open: one its lock, the other waits for it.
    holders = "readlink /proc/[0-9]*/fd/* 2>/dev/null | grep -c petbase.server.lock || :"
    wait_for(lambda: int(bare_host.root(holders)) >= 2)
    bare_host.root("touch /root/go")
    said, _ = again.communicate(timeout=60)
    assert (again.returncode, said.splitlines()[-1]) == (0, "Dokku 0.38.27 is ready")
    assert said.startswith("waiting for another run on server\n")
    assert "installing Dokku" not in said
    assert (bare_host.disk / "root/runs").read_text() == "run\n"
    assert bare_host.state("server/installing") is None


def test_a_server_that_was_rebooted_in_the_middle_is_installed_by_the_next_run(bare_host: Bench) -> None:
    client = begun(bare_host)
    bare_host.host.machine.stop()
    ended(client)
    assert bare_host.state("server/installing") == {"version": "0.38.27"}
    bare_host.host.machine.start(boot_delay_seconds=0)
    bare_host.host.machine.wait_until_ssh()
    without_dokku(bare_host)
    bare_host.root("touch /root/go")
    said = bare_host.done(host(bare_host)).splitlines()
    assert said[1] == "installing Dokku 0.38.27, five to ten minutes"
    assert said[-1] == "Dokku 0.38.27 is ready"
    assert (bare_host.disk / "root/runs").read_text() == "run\nrun\n"
    assert bare_host.state("server/installing") is None
    # What apt had unpacked is set up before anything else is asked of it.
    calls = (bare_host.disk / "var/lib/dpkg/sandbox-calls").read_text()
    assert calls == "--force-confold --configure --pending\n"


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """As apt holds it: the server's own update, which the boot or a timer began."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


def test_an_install_waits_for_the_servers_own_updates(bare_host: Bench) -> None:
    """Neither Dokku's script nor Docker's, which it calls, says a word about locks to apt-get."""
    (bare_host.disk / "root/go").touch()
    without_dokku(bare_host)
    bare_host.root("cat >/root/served", _INSTALLER)
    runs = bare_host.disk / "root/runs"
    with held(bare_host.disk / "var/lib/dpkg/lock-frontend"):
        with held(bare_host.disk / "var/lib/apt/lists/lock"):
            client = started(bare_host)
            # A first run ends at the lock of the lists; the next begins some seconds later.
            wait_for(lambda: runs.exists() and runs.read_text() == "run\n")
            wait_for(
                lambda: not bare_host.root("grep --files-with-matches petbase-bootstra[p] /proc/[0-9]*/cmdline || :")
            )
        # Behind the lists comes the other lock, at which it waits instead of failing.
        wait_for(lambda: runs.read_text() == "run\nrun\n")
    said, _ = client.communicate(timeout=60)
    assert (client.returncode, said.splitlines()[-1]) == (0, "Dokku 0.38.27 is ready")
    assert (bare_host.disk / "root/runs").read_text() == "run\nrun\n"
