"""An app's settings cut at every verb, then sent again: as declared, and gone without a trace."""

from itertools import count

import pytest

from components.config.app_spec import App
from components.dokku import lifecycle
from tests.faults.bench import STACK, Bench
from tests.faults.nouns import app, gone

SPEC = App.model_validate(
    {
        "env": {"COLOR": "red"},
        "secrets": ["API_KEY"],
        "ports": ["http:80:3000"],
        "scale": {"web": 2},
        "checks": {"disabled": True, "wait-to-retire-seconds": 30},
        "storage": ["uploads:/app/uploads", "/srv/media:/media:ro"],
        "resources": {"memory-mb": 512, "cpu": 0.5},
    }
)
SECRETS = ("d1gest", "API_KEY=s3cr3t=")
_MEMORY, _CPU = ("--resource-_default_.limit.memory", "--resource-_default_.limit.cpu")
SET = {
    "ports:report NAME --ports-map": "http:80:3000",
    "ps:scale NAME": "web:  2",
    "checks:report NAME --checks-disabled-list": "_all_",
    "checks:report NAME --checks-wait-to-retire": "30",
    "storage:list NAME": "/srv/media:/media:ro\n/var/lib/dokku/data/storage/uploads:/app/uploads",
    f"resource:report NAME {_MEMORY}": "512",
    f"resource:report NAME {_CPU}": "0.5",
}
UNSET = {**dict.fromkeys(SET, ""), "ps:scale NAME": "web:  1", "checks:report NAME --checks-disabled-list": "none"}


def reports(bench: Bench, name: str) -> dict[str, str]:
    """What Dokku says of the app, by the question."""
    asked = {verb: f"dokku --quiet {verb.replace('NAME', name)} 2>/dev/null || :" for verb in SET}
    said = {verb: bench.root(command).strip() for verb, command in asked.items()}
    return said | {"storage:list NAME": "\n".join(sorted(said["storage:list NAME"].splitlines()))}


@pytest.mark.parametrize("step", [11, pytest.param(1, marks=pytest.mark.soak)])
def test_settings_cut_at_any_verb_come_and_go_whole(bench: Bench, step: int) -> None:
    for n in count(3, step):
        name = f"set{step}-{n}"
        bench.done(app(name).here)
        before = bench.env(name)
        noun = lifecycle.settings(STACK, name, SPEC)
        where = bench.finished(noun.here, n, *SECRETS)
        assert bench.env(name) == {**before, "COLOR": "red", "API_KEY": "s3cr3t="}, where
        assert reports(bench, name) == SET, where
        removed = bench.finished(gone(noun), n, *SECRETS)
        assert bench.env(name) == before, removed
        assert reports(bench, name) == UNSET, removed
        if not where and not removed:
            break
    assert n > 18


@pytest.mark.soak
def test_a_name_that_goes_is_unset_wherever_the_run_was_cut(bench: Bench) -> None:
    fewer = App.model_validate({"env": {"COLOR": "red"}})
    bench.done(app("fewer").here)
    for n in count(2, 3):
        bench.done(lifecycle.settings(STACK, "fewer", SPEC).here, *SECRETS)
        where = bench.finished(lifecycle.settings(STACK, "fewer", fewer).here, n, "d1gest", "")
        held = bench.env("fewer")
        assert ("API_KEY" in held, held["COLOR"]) == (False, "red"), where
        if not where:
            break
    assert n > 4
