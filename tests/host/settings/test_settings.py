"""Settings as a whole: one restart at the end, owed until the app has come up; every kind is in the table."""

from dataclasses import fields

import pytest

from host.core.errors import ProgramError
from host.programs.runner import Answer
from host.settings.ensure import EnsureSettings
from host.settings.table import KINDS, AppSettings
from tests.host.recorder import Recorder
from tests.host.settings.server import DEPLOYED, GONE, LOOKS, RESTART, apply, secrets, variables

ALL = EnsureSettings(
    "fruits",
    env={"COLOR": "red"},
    ports=("http:80:3000",),
    scale=("web=2",),
    checks=("disabled",),
    storage=("uploads:/app/uploads",),
    resources=("memory-mb=512",),
)


def test_all_that_changed_needs_one_restart(server: Recorder) -> None:
    lines = apply(server, ALL, variables())
    assert [line for line in lines if line.startswith("ps:re")] == RESTART
    assert lines[-2:] == RESTART


def test_an_app_without_settings_is_asked_nothing(server: Recorder) -> None:
    assert apply(server, EnsureSettings("fruits")) == []
    assert apply(server, GONE) == []


def test_a_restart_that_failed_is_owed_until_the_app_has_come_up(server: Recorder) -> None:
    colored = EnsureSettings("fruits", env={"COLOR": "red"})
    for present in (variables(), variables(COLOR="red")):
        with pytest.raises(ProgramError, match="dokku ps:restart fruits failed with exit code 1"):
            server.run(colored, present, DEPLOYED, {"ps:restart": Answer(1)}, secrets=secrets())
    assert apply(server, colored, variables(COLOR="red"))[-1] == "ps:restart fruits"
    assert apply(server, colored, variables(COLOR="red")) == ["config:export --format json fruits"]


def test_a_change_that_failed_and_is_taken_back_restarts_the_app_without_it(server: Recorder) -> None:
    bad = EnsureSettings("fruits", env={"PYTHONHOME": "/nowhere"})
    server.fails(bad, variables(), DEPLOYED, {"ps:restart": Answer(1)}, secrets=secrets())
    assert apply(server, EnsureSettings("fruits"), variables(PYTHONHOME="/nowhere")) == [
        "config:export --format json fruits",
        "config:unset --no-restart fruits PYTHONHOME",
        *RESTART,
    ]


def test_settings_go_from_an_app_that_does_not_start(server: Recorder) -> None:
    """Seen on a real Dokku: the last push was broken, so a teardown never got as far as the app itself."""
    apply(server, EnsureSettings("fruits", env={"COLOR": "red"}), variables())
    gone = apply(server, GONE, variables(COLOR="red"), {"ps:restart": Answer(1)})
    assert gone[1:] == ["config:unset --no-restart fruits COLOR", *RESTART]
    assert server.printed.endswith("fruits did not start again. Look at: dokku logs fruits\n")
    assert apply(server, GONE)[-1] == "ps:restart fruits"


def test_an_app_that_was_never_deployed_is_not_restarted(server: Recorder) -> None:
    colored = EnsureSettings("fruits", env={"COLOR": "red"})
    lines = server.run(colored, variables(), {"ps:report": "false\n"}, secrets=secrets())
    assert lines[-1] == "ps:report fruits --deployed"


def test_an_app_that_is_not_there_is_an_error_and_on_removal_nothing_to_do(server: Recorder) -> None:
    absent = {"apps:exists fruits": Answer(20)}
    assert server.fails(ALL, absent, secrets=secrets()) == (
        "the app fruits is not on this server; nothing was changed. Raise generation in the stack file and run pulumi "
        "up"
    )
    assert server.run(GONE, absent) == LOOKS


def test_another_stacks_app_is_refused(server: Recorder) -> None:
    server.put("/var/lib/petbase/apps/fruits/owner.json", '{"how": "made", "stack": "staging"}')
    for command in (ALL, GONE):
        assert server.fails(command, secrets=secrets()).startswith("the app fruits belongs to the stack staging")
        assert server.runner.lines == []


def test_what_is_declared_goes_through_json_and_back() -> None:
    settings = AppSettings(env={"A": "x"}, secret_env=("B",), scale=("web=2",))
    assert settings.declared() == {"env": {"A": "x"}, "secret_env": ["B"], "scale": ["web=2"]}
    assert AppSettings.of(settings.declared()) == settings


def test_every_kind_has_its_words_in_the_table() -> None:
    assert [field.name for field in fields(AppSettings)] == ["env", "secret_env", *KINDS]
