"""Two places to break things: a host that scripts are sent to (`bench`), and a sandbox with its engine (`site`)."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.server.ensure import EnsureServer
from sandbox.host.machine import Machine
from sandbox.store import Store
from tests.faults.support.bench import SERVICE, Bench
from tests.faults.support.nouns import database
from tests.faults.support.site import Site
from tests.faults.support.watched import Watched
from tests.support.hosts.image import Image
from tests.support.hosts.sandbox_host import start_host


@pytest.fixture(scope="session")
def faulty_image(sandbox_root: Path, sandbox_key: Path) -> Image:
    """A host with Dokku's plugin and the service `db`, made by the program's scripts."""
    bench = Bench(start_host(sandbox_root, "faults", sandbox_key))
    bench.install()
    bench.done(EnsureServer(domain="localhost", key=(bench.host.public_key,)))
    bench.done(database(SERVICE))
    return Image.of(bench.host)


@pytest.fixture(scope="module")
def faulty_host(faulty_image: Image) -> Iterator[Bench]:
    """The same host for a file's tests, as new: two files take the same names, whichever runs first."""
    yield Bench(faulty_image.boot())
    faulty_image.host.machine.stop()


@pytest.fixture
def bench(faulty_host: Bench) -> Iterator[Bench]:
    """The host, with no fault ordered before or after the test."""
    yield faulty_host
    for name in ("stop", "count", "pace", "broken"):
        faulty_host.steer(name, None)


@pytest.fixture
def bare_host(sandbox_root: Path, sandbox_key: Path) -> Iterator[Bench]:
    """A host with Dokku and nothing else."""
    host = start_host(sandbox_root, "bare", sandbox_key)
    bench = Bench(host)
    bench.install()
    yield bench
    host.machine.destroy()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One sandbox for a file's tests; each `up` says the whole estate that it wants."""
    root = Path(tempfile.mkdtemp(prefix="pb-"))
    made = Site(root)
    yield made
    for machine in Machine.all(root):
        machine.destroy()
    Store(root / "store").stop()
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def watchtower(faulty_host: Bench) -> Iterator[Watched]:
    """A service whose dumps are watched."""
    folder = Path(tempfile.mkdtemp(prefix="pb-"))
    store = Store(folder / "store")
    store.start()
    made = Watched(faulty_host, store)
    made.set_up()
    yield made
    made.take_down()
    store.stop()
    shutil.rmtree(folder)


@pytest.fixture
def watched(watchtower: Watched) -> Watched:
    """The same with an empty bucket and nothing known of earlier runs."""
    # A quarter of an hour that strikes in the middle of a test would be one check too many.
    watchtower.bench.root("systemctl sandbox-freeze")
    watchtower.renew()
    return watchtower
