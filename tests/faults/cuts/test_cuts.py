"""App and link cut at every verb, then sent again: as if nothing had happened, and the rows are there."""

from itertools import count

import pytest

from tests.faults.support.bench import Bench
from tests.faults.support.nouns import GONE, LINKED, OWNER, ROWS, UNLINKED, app, fill, gone, link, rows


def test_an_app_cut_at_any_verb_is_finished_by_the_next_run(bench: Bench) -> None:
    for n in count(1):
        where = bench.finished(app(f"app{n}"), n)
        found = bench.app(f"app{n}")
        assert (found["exists"], found["domains"]) == (True, ["APP.example.com"]), where
        assert found["state"]["owner"] == OWNER, where
        if not where:
            break
    assert n > 4


@pytest.mark.soak
def test_an_apps_schema_cut_at_any_verb_comes_and_goes_whole_and_keeps_its_rows(bench: Bench) -> None:
    for n in count(2):
        name = f"schema{n}"
        bench.done(app(name))
        where = bench.finished(link(name), n)
        fill(bench, name)
        assert bench.app(name) == LINKED, where
        unlinked = bench.finished(gone(link(name)), n)
        assert bench.app(name) == UNLINKED, unlinked
        removed = bench.finished(gone(app(name)), n)
        assert bench.app(name) == GONE, removed
        assert rows(bench, name) == ROWS
        if not where:
            break
    assert n > 12


@pytest.mark.soak
def test_a_schema_that_comes_back_finds_its_rows_wherever_it_was_cut(bench: Bench) -> None:
    bench.done(app("back"))
    bench.done(link("back"))
    fill(bench, "back")
    for n in count(1):
        bench.done(gone(link("back")))
        where = bench.finished(link("back"), n)
        assert bench.app("back") == LINKED, where
        with bench.database(bench.env("back")["DATABASE_URL"]) as session:
            assert session.execute("SELECT name FROM fruits ORDER BY name").fetchall() == ROWS
        if not where:
            break


def test_a_link_or_an_unlink_cut_inside_its_verb_is_finished_by_the_next_run(bench: Bench) -> None:
    bench.done(app("half"))
    for script, state in ((link("half"), LINKED), (gone(link("half")), UNLINKED)):
        bench.steer("stop", {"at": "postgres:link LINKS.bak"})
        assert bench.send(script).returncode != 0
        bench.done(script)
        if state is LINKED:
            fill(bench, "half")
        assert {**bench.app("half"), "left": []} == state


def test_a_link_that_lacks_its_option_is_made_again(bench: Bench) -> None:
    bench.done(app("bare"))
    bench.done(link("bare"))
    fill(bench, "bare")
    bench.root("rm /var/lib/dokku/config/docker-options/bare/*")
    bench.done(link("bare"))
    assert bench.app("bare") == LINKED
