"""An app's settings cut at every verb, then sent again: as declared, and gone without a trace."""

import json
from itertools import count

import pytest

from components.config.app_spec import App
from host.app.ensure import EnsureApp
from host.settings.ensure import EnsureSettings, RemoveSettings
from tests.faults.support.bench import Bench

SETTINGS = App.model_validate(
    {
        "env": {"COLOR": "red", "TITLE": "My 'Shop'"},
        "secrets": ["API_KEY"],
        "ports": ["http:80:3000"],
        "scale": {"web": 2},
        "checks": {"disabled": True, "wait-to-retire-seconds": 30},
        "storage": ["uploads:/app/uploads", "/srv/media:/media:ro"],
        "resources": {"memory-mb": 512, "cpu": 0.5},
    }
).settings
SECRETS = json.dumps({"API_KEY": "-----BEGIN KEY-----\ns3cr3t=\n-----END KEY-----\n"})
VARIABLES = {"COLOR": "red", "TITLE": "My 'Shop'", **json.loads(SECRETS)}
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


def ensure(name: str) -> EnsureSettings:
    """Every kind of setting."""
    return EnsureSettings.of_settings(name, SETTINGS)


def app(bench: Bench, name: str) -> None:
    """An app without settings."""
    bench.done(EnsureApp(name, domain=(f"{name}.example.com",)))


def reports(bench: Bench, name: str) -> dict[str, str]:
    """What Dokku says of the app, by the question."""
    asked = {verb: f"dokku --quiet {verb.replace('NAME', name)} 2>/dev/null || :" for verb in SET}
    said = {verb: bench.root(command).strip() for verb, command in asked.items()}
    return said | {"storage:list NAME": "\n".join(sorted(said["storage:list NAME"].splitlines()))}


def variables(bench: Bench, name: str) -> dict[str, str]:
    """The app's variables, as Dokku reads them."""
    found: dict[str, str] = json.loads(bench.root(f"dokku config:export --format json {name}"))
    return found


@pytest.mark.soak
def test_settings_cut_at_any_verb_come_and_go_whole(bench: Bench) -> None:
    for n in count(3):
        name = f"set{n}"
        app(bench, name)
        before = variables(bench, name)
        where = bench.finished(ensure(name), n, SECRETS)
        assert variables(bench, name) == {**before, **VARIABLES}, where
        assert reports(bench, name) == SET, where
        removed = bench.finished(RemoveSettings(name), n, SECRETS)
        assert variables(bench, name) == before, removed
        assert reports(bench, name) == UNSET, removed
        assert bench.state(f"apps/{name}/restart") is None
        assert not (bench.disk / f"var/lib/petbase/apps/{name}/settings").exists()
        if not where and not removed:
            break
    assert n > 17


@pytest.mark.soak
def test_a_name_that_goes_is_unset_wherever_the_run_was_cut(bench: Bench) -> None:
    fewer = EnsureSettings("fewer", env={"COLOR": "red"})
    app(bench, "fewer")
    for n in count(2, 3):
        bench.done(ensure("fewer"), SECRETS)
        where = bench.finished(fewer, n, "{}")
        held = variables(bench, "fewer")
        assert ("API_KEY" in held, held["COLOR"]) == (False, "red"), where
        if not where:
            break
    assert n > 4
