"""Two stacks on one server where their names, keys or domains come close; the program's scripts, without the engine.

What the engine does with two stacks is in test_two_stacks.py.
"""

from collections.abc import Iterator

import pytest

from components.config.values.public_key import parse_public_key
from components.dokku import program
from host.app.ensure import EnsureApp
from host.server.ensure import EnsureServer
from tests.faults.support.bench import NAME, STACK, Bench
from tests.faults.support.nouns import OWNER, app, gone
from tests.support.hosts.sandbox_host import make_key

OTHER = "other"
ROOT = "/root/.ssh/authorized_keys"


def host(bench: Bench, stack: str, *keys: str) -> None:
    """The server's command of a stack, which has its own copy of the program."""
    name = stack.rpartition("/")[2]
    if not (bench.disk / program.path_on_server(name).lstrip("/")).exists():
        bench.host.install(name)
    done = bench.host.send(name, EnsureServer(domain="localhost", key=keys))
    assert done.returncode == 0, done.stdout + done.stderr


def may_push(bench: Bench, key: str) -> bool:
    return parse_public_key(key).fingerprint in bench.root("dokku ssh-keys:list")


def opens_root(bench: Bench, key: str) -> bool:
    return parse_public_key(key).text in bench.root(f"cat {ROOT}")


@pytest.fixture
def key(bench: Bench) -> Iterator[str]:
    """A person's key that is not there yet, and the keys of the host as they were when the test has ended."""
    mine = make_key(bench.host.key.parent / "neighbour")
    yield mine.with_suffix(".pub").read_text().strip()
    for path in (mine, mine.with_suffix(".pub")):
        path.unlink()
    for stack in (OTHER, "petbase/a.b", "petbase/a-b"):
        host(bench, stack)
    host(bench, STACK, bench.host.public_key)


@pytest.mark.parametrize("first", [STACK, OTHER])
def test_a_key_of_two_stacks_goes_when_neither_names_it_any_more(bench: Bench, key: str, first: str) -> None:
    kept = {STACK: [bench.host.public_key], OTHER: []}
    second = OTHER if first == STACK else STACK
    for stack in (first, second):
        host(bench, stack, *kept[stack], key)
    host(bench, first, *kept[first])
    assert (may_push(bench, key), opens_root(bench, key)) == (True, True)
    host(bench, second, *kept[second])
    assert (may_push(bench, key), opens_root(bench, key)) == (False, False)
    assert may_push(bench, bench.host.public_key)


@pytest.mark.soak
def test_the_last_key_of_a_stack_goes_like_any_other(bench: Bench, key: str) -> None:
    host(bench, OTHER, key)
    host(bench, OTHER)
    assert (may_push(bench, key), opens_root(bench, key)) == (False, False)


def test_a_stack_whose_name_has_a_dot_leaves_the_keys_of_one_with_a_hyphen(bench: Bench, key: str) -> None:
    host(bench, "petbase/a-b", key)
    host(bench, "petbase/a.b", bench.host.public_key)
    assert (may_push(bench, key), opens_root(bench, key)) == (True, True)


def test_a_domain_that_leads_to_another_stacks_app_is_refused_before_anything(bench: Bench) -> None:
    bench.done(app("mine"))
    bench.host.install("other")
    for theirs in ("neighbour", "a-neighbour"):
        taken = EnsureApp(theirs, domain=(f"{theirs}.example.com", "mine.example.com"), declared=True)
        said = bench.host.send("other", taken)
        assert said.returncode == 1
        assert said.stdout.endswith(
            f'apps.{theirs}.domains: "mine.example.com" leads to the app mine, which is not of this stack; nothing was '
            "changed. Name another domain, or take it away there first: dokku domains:report mine\n"
        )
        assert bench.state(f"apps/{theirs}/owner") is None
        assert theirs not in bench.root("dokku --quiet apps:list").split()
    bench.done(gone(app("mine")))


def test_another_stacks_app_cannot_be_renamed_away(bench: Bench) -> None:
    bench.done(app("mine"))
    before = bench.app("mine")
    stolen = EnsureApp("stolen", domain=("stolen.example.com",), declared=True, renamed_from="mine")
    bench.host.install("other")
    said = bench.host.send("other", stolen)
    assert (said.returncode, said.stdout) == (
        1,
        f"the app mine belongs to the stack {NAME}, not to other; nothing was changed. To hand it over, run on the "
        "server: rm /var/lib/petbase/apps/mine/owner.json\n",
    )
    assert bench.app("mine") == before
    assert "stolen" not in bench.root("dokku --quiet apps:list").split()
    bench.done(gone(app("mine")))


def test_a_domain_moves_between_two_apps_of_one_stack_in_any_order(bench: Bench) -> None:
    for name in ("from", "to"):
        bench.done(app(name))
    bench.done(EnsureApp("to", domain=("from.example.com",), declared=True))
    assert bench.root("dokku domains:report to --domains-app-vhosts") == "from.example.com\n"
    for name in ("from", "to"):
        bench.done(gone(app(name)))


@pytest.mark.soak
def test_the_mark_of_an_app_does_not_run_over_that_of_another(bench: Bench) -> None:
    for name in ("fruits", "fruits.new"):
        bench.done(app(name))
    bench.done(app("fruits.old"))
    bench.done(gone(app("fruits")))
    bench.done(app("fruits"))
    assert {name: bench.state(f"apps/{name}/owner") for name in ("fruits", "fruits.new")} == {
        "fruits": OWNER,
        "fruits.new": OWNER,
    }
    for name in ("fruits", "fruits.new", "fruits.old"):
        bench.done(gone(app(name)))
