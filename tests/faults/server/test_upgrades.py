"""Dokku and the plugin move to the version that the stack file names, forwards only, and a cut is made up for."""

from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path

import pytest

from host.server.ensure import EnsureServer
from tests.faults.support.bench import Bench
from tests.support.hosts.sandbox_host import start_host

FIRST, FIRST_PLUGIN = "0.38.27", "1.48.0"


def host(bench: Bench, *, dokku: str = FIRST, plugin: str = FIRST_PLUGIN) -> EnsureServer:
    return EnsureServer(domain="localhost", dokku=dokku, postgres_plugin=plugin, key=(bench.host.public_key,))


@pytest.fixture(scope="module")
def made(sandbox_root: Path, sandbox_key: Path) -> Iterator[Bench]:
    """A host of this file's own, with the first versions."""
    started = start_host(sandbox_root, "upgrades", sandbox_key)
    bench = Bench(started)
    bench.install()
    bench.done(host(bench))
    yield bench
    started.machine.destroy()


@pytest.fixture
def server(made: Bench) -> Bench:
    """The same at the first versions, whatever the test before did; what a person could not, the stand-in can."""
    made.steer("stop", None)
    made.root(
        "echo 0.38.27 >/var/lib/dokku/STABLE_VERSION; echo 0.38.27 >/var/lib/dpkg/sandbox/dokku;"
        "cd /var/lib/dokku/plugins/available/postgres; sed -i 's/^version = .*/version = \"1.48.0\"/' plugin.toml;"
        "rm -rf /var/lib/petbase/server/upgrading*"
    )
    made.done(host(made))
    return made


def versions(bench: Bench) -> tuple[str, str]:
    plugin = bench.root("dokku plugin:list | awk '$1 == \"postgres\" { print $2 }'")
    return bench.root("dokku version").strip(), plugin.strip()


def left(bench: Bench) -> list[str]:
    """Notes of what is under way."""
    return sorted(path.name for path in (bench.disk / "var/lib/petbase/server").iterdir() if "ing" in path.name)


def test_what_the_stack_file_names_is_what_runs_and_naming_it_again_does_nothing(server: Bench) -> None:
    newer = host(server, dokku="0.38.30", plugin="1.49.1")
    assert server.done(newer).splitlines()[1:] == [
        "Dokku 0.38.27 becomes 0.38.30, some minutes; containers run on",
        "dokku-postgres 1.48.0 becomes 1.49.1; databases run on",
        f"dokku-postgres 1.49.1 is commit {sha1(b'1.49.1').hexdigest()}; Petbase knows none to compare it with",
        "Dokku 0.38.30 is ready",
    ]
    assert versions(server) == ("dokku version 0.38.30", "1.49.1")
    before = len(server.verbs())
    assert server.done(newer).splitlines()[1:] == ["Dokku 0.38.30 is ready"]
    assert not [argv for argv in server.verbs()[before:] if argv[0] in ("plugin:update", "plugin:install")]
    assert left(server) == []


def test_a_release_that_is_not_to_be_had_is_said_and_changes_nothing(server: Bench) -> None:
    answer = server.send(host(server, dokku="0.38.99"))
    assert answer.returncode == 1
    assert answer.stdout.endswith(
        "  E: Version '0.38.99' for 'dokku' was not found\n"
        "apt could not install Dokku 0.38.99. To stay where it is, write dokku.version: 0.38.27\n"
    )
    answer = server.send(host(server, plugin="1.48.99"))
    assert answer.returncode == 1
    assert answer.stdout.endswith(
        "dokku plugin:update left dokku-postgres at 1.48.0; is there a release 1.48.99? "
        "To stay, write dokku.postgres-plugin: 1.48.0\n"
    )
    server.done(host(server))
    assert (versions(server), left(server)) == (("dokku version 0.38.27", "1.48.0"), [])


@pytest.mark.parametrize("place", ["apt-get install", "apt-get installed", "plugin:update checked out"])
def test_an_upgrade_cut_off_inside_is_finished_by_the_next_run(server: Bench, place: str) -> None:
    newer = host(server, dokku="0.38.30", plugin="1.49.1")
    server.steer("stop", {"at": place})
    assert server.send(newer).returncode != 0
    assert left(server)
    before = len(server.verbs())
    server.done(newer)
    assert (versions(server), left(server)) == (("dokku version 0.38.30", "1.49.1"), [])
    # The plugin's hooks ran too, although its files had been there before.
    assert ["plugin:install"] in server.verbs()[before:]


def test_a_plugin_whose_install_was_cut_off_is_installed(server: Bench) -> None:
    server.root("rm -r /var/lib/dokku/plugins/enabled/postgres /var/lib/dokku/plugins/available/postgres")
    server.steer("stop", {"at": "plugin:install cloned"})
    assert server.send(host(server)).returncode != 0
    server.done(host(server))
    assert (versions(server)[1], left(server)) == ("1.48.0", [])
