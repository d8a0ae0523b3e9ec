"""Variables: compared first, set once, removed by name; a value is never in an argument and never printed."""

import json

import pytest

from host.programs.runner import Answer
from host.settings.ensure import EnsureSettings
from tests.host.recorder import Recorder
from tests.host.settings.server import DEPLOYED, GONE, LOOKS, RESTART, secrets, variables

SOME = EnsureSettings("fruits", env={"COLOR": "red", "TITLE": 'My "Shop" $1'}, secret_env=("API_KEY",))
SECRET = "-----BEGIN PRIVATE KEY-----\nMIGTs3cr3t\n-----END PRIVATE KEY-----\n"
SECRETS = secrets({"API_KEY": SECRET})
READ = "config:export --format json fruits"
IMPORT = "--quiet config:import --no-restart --format json fruits -"
SET = variables(COLOR="red", TITLE='My "Shop" $1', API_KEY=SECRET, OTHER="x")
STATE = "/var/lib/petbase/apps/fruits"


def test_variables_are_set_in_one_go_and_the_app_restarts_once(server: Recorder) -> None:
    assert server.run(SOME, variables(), DEPLOYED, secrets=SECRETS) == [*LOOKS, READ, IMPORT, *RESTART]
    assert json.loads(dict(server.runner.calls)[IMPORT]) == {"COLOR": "red", "TITLE": 'My "Shop" $1', "API_KEY": SECRET}
    assert server.printed == "fruits: sets COLOR TITLE API_KEY\nfruits: restarting with its new settings\n"


def test_variables_that_are_as_declared_are_left_alone(server: Recorder) -> None:
    assert server.run(SOME, SET, DEPLOYED, secrets=SECRETS) == [*LOOKS, READ]
    assert server.printed == ""


def test_only_what_differs_is_set(server: Recorder) -> None:
    server.run(SOME, variables(COLOR="blue", TITLE='My "Shop" $1', API_KEY=SECRET), secrets=SECRETS)
    assert json.loads(dict(server.runner.calls)[IMPORT]) == {"COLOR": "red"}


@pytest.mark.parametrize("value", ["", "two words", "a\nb\n", "x" * 65536, '{"a": "b"}', "007 "])
def test_any_text_goes_through(server: Recorder, value: str) -> None:
    plain = EnsureSettings("fruits", env={"A": value})
    server.run(plain, variables(), secrets=secrets())
    assert json.loads(dict(server.runner.calls)[IMPORT]) == {"A": value}
    secret = EnsureSettings("fruits", secret_env=("A",))
    server.run(secret, variables(), secrets=secrets({"A": value}))
    assert json.loads(dict(server.runner.calls)[IMPORT]) == {"A": value}


def test_a_text_that_nothing_can_store_is_refused(server: Recorder) -> None:
    assert server.fails(EnsureSettings("fruits", env={"PIN": '"7"'}), variables(), secrets=secrets()) == (
        'fruits: the value of PIN ends in " and begins with it, which Dokku and Docker cannot store; add a space or a '
        "line break at its end; nothing was changed. Write another value"
    )
    assert IMPORT not in server.runner.lines


def test_a_name_that_is_gone_is_removed_and_others_stay(server: Recorder) -> None:
    server.run(SOME, SET, secrets=SECRETS)
    fewer = EnsureSettings("fruits", env={"COLOR": "red"})
    assert server.run(fewer, SET, DEPLOYED, secrets=secrets()) == [
        *LOOKS,
        READ,
        "config:unset --no-restart fruits TITLE API_KEY",
        *RESTART,
    ]
    assert server.run(fewer, variables(COLOR="red"), DEPLOYED, secrets=secrets()) == [*LOOKS, READ]


def test_removing_the_settings_removes_what_was_set_here(server: Recorder) -> None:
    server.run(SOME, SET, secrets=SECRETS)
    assert server.run(GONE, SET, DEPLOYED) == [
        *LOOKS,
        READ,
        "config:unset --no-restart fruits COLOR TITLE API_KEY",
        *RESTART,
    ]
    assert not server.file(STATE).exists()
    assert server.run(GONE, variables(OTHER="x"), DEPLOYED) == LOOKS


def test_a_removal_that_was_cut_off_is_finished(server: Recorder) -> None:
    server.run(SOME, SET, secrets=SECRETS)
    server.fails(GONE, SET, {"config:unset": Answer(1)})
    assert "config:unset --no-restart fruits COLOR TITLE API_KEY" in server.run(GONE, SET)


def test_what_was_cut_off_before_it_was_set_is_removed_when_it_is_gone(server: Recorder) -> None:
    """The name is written down first: whether it was set is not known then."""
    server.fails(SOME, variables(), {"--quiet config:import": Answer(1)}, secrets=SECRETS)
    assert "config:unset --no-restart fruits COLOR" in server.run(GONE, variables(COLOR="red"))


def test_secret_values_are_in_no_argument_and_in_nothing_that_is_printed(server: Recorder) -> None:
    server.fails(SOME, variables(), {"--quiet config:import": Answer(1, SECRET, SECRET)}, secrets=SECRETS)
    assert "s3cr3t" not in server.printed + " ".join(server.runner.lines)


def test_other_secrets_than_the_named_ones_are_refused_before_anything_is_done(server: Recorder) -> None:
    assert server.fails(SOME, SET, secrets=secrets({"OTHER": "x"})) == (
        "settings ensure fruits: OTHER came on standard input instead of API_KEY; nothing was done. Run pulumi up again"
    )
    assert server.runner.lines == []
