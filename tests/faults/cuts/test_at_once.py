"""Scripts that meet: clients that go away in the middle, a script that is sent twice, ten that write at once."""

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from components.dokku import program
from host.core import stdin
from host.core.command import Command
from tests.faults.support.bench import NAME, SERVICE, Bench
from tests.faults.support.nouns import app, gone, link
from tests.support.hosts.sandbox_host import wait_for

# A gap in the plugin's own link, where a parallel one takes its file away (contract 605); slowed, it is always met.
GAP = {"pause": {"postgres:link LINKS.bak": 0.7}}
READS = ("apps:list", "apps:exists", "postgres:list", "postgres:info", "postgres:links", "config:get", "config:keys")
# SQL that is sent again (through the plugin or docker exec) is the one thing that a run repeats; it changes nothing.
HARMLESS = (*READS, "docker-options:report", "ps:report", "postgres:connect", "docker")


def links(bench: Bench) -> list[str]:
    return bench.root(f"dokku postgres:links {SERVICE}").split()


def changes(bench: Bench, script: Command) -> list[str]:
    """The verbs of a run that can change something."""
    before = len(bench.verbs())
    bench.done(script)
    verbs = [next(word for word in argv if not word.startswith("--")) for argv in bench.verbs()[before:]]
    return [verb for verb in verbs if verb not in HARMLESS]


def begun(bench: Bench, script: Command) -> subprocess.Popen[str]:
    """A client that has sent the script, and whose `postgres:link` is at work."""
    client = subprocess.Popen(
        bench.host.ssh_words(program.line(NAME, script)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert client.stdin
    assert client.stdout
    client.stdin.write(stdin.text("4711", 1))
    client.stdin.close()
    assert "linking" in client.stdout.readline()
    wait_for(lambda: bench.verbs()[-1][0] == "postgres:link")
    return client


def lost(client: subprocess.Popen[str]) -> None:
    """The client is gone from one moment to the next."""
    client.kill()
    client.wait()
    assert client.stdout
    client.stdout.close()


def at_once(bench: Bench, scripts: Sequence[Command]) -> list[subprocess.CompletedProcess[str]]:
    with ThreadPoolExecutor(len(scripts)) as pool:
        return list(pool.map(bench.send, scripts))


def test_a_script_whose_client_is_killed_finishes_all_the_same(bench: Bench) -> None:
    bench.done(app("orphan"))
    with bench.steered("pace", GAP):
        lost(begun(bench, link("orphan")))
        assert "orphan" not in (bench.disk / "var/lib/dokku/services/postgres/db/LINKS").read_text()
        bench.idle()
    assert bench.state("apps/orphan/restart") is None
    assert changes(bench, link("orphan")) == []
    with bench.database(bench.env("orphan")["DATABASE_URL"]) as session:
        assert session.execute("SELECT current_schema").fetchone() == ("orphan",)


def test_a_script_that_is_sent_again_while_it_runs_waits_for_itself(bench: Bench) -> None:
    bench.done(app("twice"))
    with bench.steered("pace", GAP):
        lost(begun(bench, link("twice")))
        # The lost one's config is seen meanwhile.
        assert changes(bench, link("twice")) == ["docker-options:remove", "config:import"]
    assert links(bench).count("twice") == 1
    assert bench.env("twice")["DATABASE_URL"].startswith("postgres://twice:")


def test_links_that_write_at_once_are_all_kept(bench: Bench) -> None:
    names = [f"many{n}" for n in range(4)]
    for name in names:
        bench.done(app(name))
    with bench.steered("pace", GAP):
        answers = at_once(bench, [link(name) for name in names])
    assert [answer.returncode for answer in answers] == [0] * len(names), [answer.stdout for answer in answers]
    assert set(names) <= set(links(bench))


@pytest.mark.soak
def test_apps_that_go_at_once_disturb_neither_each_other_nor_another_link(bench: Bench) -> None:
    """apps:destroy takes the app out of every service's LINKS, by the same unguarded steps as a link."""
    names = [f"going{n}" for n in range(3)]
    for name in (*names, "coming"):
        bench.done(app(name))
    with bench.steered("pace", GAP):
        answers = at_once(bench, [*(gone(app(name)) for name in names), link("coming")])
    assert [answer.returncode for answer in answers] == [0] * 4, [answer.stdout for answer in answers]
    assert "coming" in links(bench)
    wait_for(lambda: not any((bench.disk / "home/dokku" / name).exists() for name in names))
