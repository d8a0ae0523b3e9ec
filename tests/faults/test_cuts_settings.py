"""An app's settings cut at every verb, then sent again: as declared, and gone without a trace."""

from itertools import count

from components.dokku import lifecycle
from components.spec import App
from tests.faults.bench import STACK, Bench
from tests.faults.nouns import app, gone

SPEC = App.model_validate({"env": {"COLOR": "red"}, "secrets": ["API_KEY"], "ports": ["http:80:3000"]})
SECRETS = ("d1gest", "API_KEY=s3cr3t=")


def test_settings_cut_at_any_verb_come_and_go_whole(bench: Bench) -> None:
    for n in count(1):
        name = f"set{n}"
        bench.done(app(name).here)
        before = bench.env(name)
        noun = lifecycle.settings(STACK, name, SPEC)
        where = bench.finished(noun.here, n, *SECRETS)
        assert bench.env(name) == {**before, "COLOR": "red", "API_KEY": "s3cr3t="}, where
        assert bench.root(f"dokku ports:report {name} --ports-map") == "http:80:3000\n", where
        removed = bench.finished(gone(noun), n, *SECRETS)
        assert bench.env(name) == before, removed
        assert bench.root(f"dokku ports:report {name} --ports-map").strip() == "", removed
        if not where and not removed:
            break
    assert n > 6


def test_a_name_that_goes_is_unset_wherever_the_run_was_cut(bench: Bench) -> None:
    fewer = App.model_validate({"env": {"COLOR": "red"}})
    bench.done(app("fewer").here)
    for n in count(1):
        bench.done(lifecycle.settings(STACK, "fewer", SPEC).here, *SECRETS)
        where = bench.finished(lifecycle.settings(STACK, "fewer", fewer).here, n, "d1gest", "")
        held = bench.env("fewer")
        assert ("API_KEY" in held, held["COLOR"]) == (False, "red"), where
        if not where:
            break
    assert n > 4
