"""What the accounts, a second run, another host key or a reboot do to an `up`: what is said, and the next one finishes.

The forms of a token stand in tests/components/test_program.py, what `./petbase` says of another host key in
tests/operate/server/test_ssh.py, a reboot while Dokku is installed in test_cut_install.py. Which permission a refused
call needs, a provider's error does not say, and the engine shows it without asking the program: docs/troubleshooting.md
tells it by the path.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from components.dokku import remote
from sandbox.engine import engine, environment
from sandbox.host.machine import Machine
from sandbox.providers.cloud import Cloud
from sandbox.providers.cloudflare.api import BASE, NOT_PERMITTED
from sandbox.providers.cloudflare.edge import zone_id
from tests.faults.support.nouns import LINKED, ROWS, fill, rows
from tests.faults.support.site import Site, named
from tests.support.hosts.sandbox_host import make_key, wait_for

ACCOUNT = "0123456789abcdef0123456789abcdef"
BUCKET = "cloudflare:index/r2Bucket:R2Bucket"
TOKEN = "cloudflare:index/accountToken:AccountToken"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"
SERVER = "hcloud:index/server:Server"
REFUSED = '403 Forbidden {"success":false,"errors":[{"code":10000,"message":"Authentication error"}]'
LOCKED = (
    "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file "
    "with `pulumi cancel`."
)


@contextmanager
def not_permitted(site: Site, part: str) -> Iterator[None]:
    """A token without the permission for paths with this part."""
    switch = site.root / "cloud" / NOT_PERMITTED
    switch.parent.mkdir(exist_ok=True)
    switch.write_text(part)
    yield
    switch.unlink()


def held(site: Site, kind: str) -> list[str]:
    """The names of what Cloudflare has of one kind, each as often as it is there."""
    return sorted(str(thing["name"]) for thing in Cloud(site.root, "cloudflare").all(kind).values())


@pytest.fixture(scope="module")
def refusals(site: Site) -> dict[str, str]:
    """What the first runs say, each with one thing that is wrong; the last one's server stands."""
    site.always = {"apps": {"fruits": {}}, "edge": {"dns": "cloudflare", "proxied": False}}
    said: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(environment, "HCLOUD_TOKEN", "s" * 63)
        patch.setattr(environment, "CLOUDFLARE_TOKEN", "not a token")
        said["short"] = site.fails()
    said["cloud after short"] = site.cloud()
    with not_permitted(site, "/tokens"):
        said["tokens"] = site.fails()
    said["servers after tokens"] = " ".join(Cloud(site.root, "hcloud").all(SERVER))
    with not_permitted(site, "/dns_records"):
        said["records"] = site.fails()
    return said


@pytest.fixture(scope="module")
def begun(site: Site, refusals: dict[str, str]) -> Site:
    """What the `up` after them made of it, with rows."""
    assert refusals
    site.up()
    fill(site.bench, "fruits")
    return site


@pytest.mark.soak
def test_tokens_that_cannot_be_tokens_are_said_both_before_anything_is_made(refusals: dict[str, str]) -> None:
    assert (
        "HCLOUD_TOKEN: 63 characters that cannot be a token, which has exactly 64 characters; copy it again"
    ) in refusals["short"]
    assert (
        "CLOUDFLARE_API_TOKEN: 11 characters that cannot be a token, which has 40 to 80 letters, digits, _ and -; "
        "copy it again"
    ) in refusals["short"]
    assert refusals["cloud after short"] == ""


def test_a_token_that_may_make_no_tokens_is_said_with_the_call_before_a_server_is_made(
    refusals: dict[str, str],
) -> None:
    call = f'POST "{BASE}/accounts/{ACCOUNT}/tokens"'
    assert f"failed to make http request: {call}: {REFUSED}" in refusals["tokens"]
    assert refusals["servers after tokens"] == ""


def test_a_token_that_may_write_no_records_is_said_with_the_call(refusals: dict[str, str]) -> None:
    call = f'POST "{BASE}/zones/{zone_id("localhost")}/dns_records"'
    assert f"failed to make http request: {call}: {REFUSED}" in refusals["records"]


@pytest.mark.soak
def test_with_the_permissions_the_next_up_finishes_and_nothing_was_made_twice(begun: Site) -> None:
    assert held(begun, BUCKET) == ["db-backups"]
    assert held(begun, TOKEN) == ["petbase-sandbox-db-backups", "petbase-sandbox-db-backups-read"]
    names = held(begun, RECORD)
    assert "fruits.localhost" in names or "*.localhost" in names
    assert len(Cloud(begun.root, "hcloud").all(SERVER)) == 1
    assert named(begun.bench.app("fruits"))["exists"]
    assert begun.up().total == 0


def with_app(site: Site, name: str) -> None:
    """From now on its estate has this app too."""
    site.always = {**site.always, "apps": {**site.always["apps"], name: {}}}


@contextmanager
def slow_link(site: Site, seconds: float) -> Iterator[None]:
    """Links that take so long, for whatever is to meet one."""
    with site.bench.steered("pace", {"pause": {"postgres:link LINKS.bak": seconds}}):
        yield


def wait_for_link(site: Site, app: str) -> None:
    """Return when the script that links the app is in the middle of it."""
    wait_for(lambda: ["postgres:link", "db", app, "--no-restart"] in site.bench.verbs(), seconds=60)


def rebooted(machine: Machine) -> None:
    """Off, and on again."""
    machine.stop()
    machine.start(boot_delay_seconds=0)
    machine.wait_until_ssh()


def finished(site: Site, app: str) -> None:
    """The estate stands, with the new app and every row of the first one, and there is nothing left to do."""
    assert site.up().total == 0
    assert rows(site.bench, "fruits") == ROWS
    fill(site.bench, app)
    assert named(site.bench.app(app)) == {**LINKED, "domains": ["APP.example.com"]}


@pytest.mark.soak
def test_an_up_whose_server_is_rebooted_in_the_middle_is_finished_by_the_next(begun: Site) -> None:
    with_app(begun, "grapes")
    with slow_link(begun, 30), begun.working() as run:
        wait_for_link(begun, "grapes")
        rebooted(begun.bench.host.machine)
        assert run.wait(60) == 1
    said = "grapes-link (command:remote:Command): wait: remote command exited without exit status or exit signal"
    assert said in begun.worked.read_text()
    begun.up()
    finished(begun, "grapes")


@pytest.mark.soak
def test_a_second_up_is_refused_by_the_sandbox_and_by_the_engines_own_lock(
    begun: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sandbox says it first, since it knows whose run it is; without that, the state's lock stands, as for prod."""
    with_app(begun, "pears")
    with slow_link(begun, 12), begun.working() as first:
        wait_for_link(begun, "pears")
        assert begun.fails() == (
            f"another run is at work in {begun.root} (process {first.pid}); wait until it is done, or end it"
        )
        monkeypatch.setattr(engine, "alone", nullcontext)
        monkeypatch.setattr(engine, "left_locks", lambda *_: [])
        assert LOCKED in begun.fails()
        assert first.poll() is None
        assert first.wait(60) == 0
    monkeypatch.undo()
    finished(begun, "pears")


@pytest.mark.soak
def test_another_host_key_at_the_address_is_refused_until_it_is_the_right_one_again(
    begun: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_app(begun, "plums")
    machine, public = begun.bench.host.machine, begun.bench.disk / "etc/ssh/ssh_host_ed25519_key.pub"
    private = public.with_suffix("")
    own, stranger = (private.read_text(), public.read_text()), make_key(begun.root / "stranger")
    shutil.copy(stranger, private)
    shutil.copy(f"{stranger}.pub", public)
    rebooted(machine)
    before = begun.connections()
    monkeypatch.setattr(remote, "_DIALS", 1)  # of 15, which take half a minute
    said = begun.fails()
    monkeypatch.undo()
    assert "after 1 failed attempts: ssh: handshake failed: ssh: host key mismatch" in said
    assert begun.connections() == before
    private.write_text(own[0])
    public.write_text(own[1])
    rebooted(machine)
    begun.up()
    finished(begun, "plums")
