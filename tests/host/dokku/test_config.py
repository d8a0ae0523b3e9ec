"""An app's variables: any text on standard input, one change at a time, no value in what is printed."""

import json
from collections.abc import Mapping, Sequence

import pytest

from host.core.errors import HostError
from host.core.host import Host
from host.core.lock import is_held
from host.core.output import Output
from host.dokku import config
from host.programs.runner import Answer
from tests.host.recorder import RecordedRunner, Recorder

KEY = "-----BEGIN PRIVATE KEY-----\nMIGT\n-----END PRIVATE KEY-----\n"
BOTH = "which Dokku and Docker cannot store; add a space or a line break at its end"
IMPORT = "--quiet config:import --no-restart --format json fruits -"


def host_of(server: Recorder, *answers: tuple[str, str | Answer]) -> Host:
    server.runner = RecordedRunner(dict(answers))
    return Host("prod", server.runner, Output(), server.root)


@pytest.mark.parametrize(
    "value", ["", "My Shop", 'it\'s "so" $HOME `x`!', KEY, "a\\b", "0.5", "-3", "9" * 5000, "x" * 65536, "é✓"]
)
def test_any_text_is_sent_as_json_on_standard_input(server: Recorder, value: str) -> None:
    config.put(host_of(server), "fruits", {"A": value, "B": "x"})
    assert server.runner.lines == [IMPORT]
    assert json.loads(server.runner.calls[0][1]) == {"A": value, "B": "x"}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ('"a"', f'ends in " and begins with it, {BOTH}'),
        ('a\n"b"', f'ends in " and contains a line break, {BOTH}'),
        ("x" * 60_000 + "\\", f"ends in \\ and is longer than 60000 bytes, {BOTH}"),
        ("a\0b", "holds a NUL character, which no variable can"),
        (
            "x" * 131_001,
            "is longer than 131000 bytes, which Linux does not take; keep it in a file, and mount its folder",
        ),
    ],
)
def test_a_text_that_nothing_can_store_is_refused_without_showing_it(
    server: Recorder, value: str, problem: str
) -> None:
    with pytest.raises(HostError) as refused:
        config.put(host_of(server), "fruits", {"B": "x", "A": value})
    assert str(refused.value) == f"fruits: the value of A {problem}; nothing was changed. Write another value"
    assert server.runner.lines == []


def test_all_are_read_at_once(server: Recorder) -> None:
    found = config.read(host_of(server, ("config:export", '{"A":"two words","B":"a\\nb"}\n')), "fruits")
    assert found == {"A": "two words", "B": "a\nb"}
    assert server.runner.lines == ["config:export --format json fruits"]


def test_a_file_that_dokku_cannot_read_is_not_an_empty_one_and_is_not_shown(server: Recorder) -> None:
    broken = Answer(1, "", ' !     unexpected character "\\"" in variable name near "s3cr3t"\n')
    with pytest.raises(HostError) as failed:
        config.read(host_of(server, ("config:export", broken)), "fruits")
    assert (str(failed.value), failed.value.tail) == (
        "Dokku cannot read the variables of fruits; nothing was changed. Try: dokku config:keys fruits",
        "",
    )
    with pytest.raises(HostError) as failed:
        config.put(host_of(server, ("--quiet config:import", broken)), "fruits", {"A": "x", "B": "y"})
    assert str(failed.value) == "Dokku did not take the variables A, B of fruits. Try: dokku config:keys fruits"
    assert failed.value.tail == ""
    with pytest.raises(HostError) as failed:
        config.unset(host_of(server, ("config:unset", broken)), "fruits", "A", "B")
    assert str(failed.value) == "Dokku did not remove A, B of fruits. Try: dokku config:keys fruits"
    assert failed.value.tail == ""


def test_one_change_of_an_app_at_a_time(server: Recorder) -> None:
    held = []

    class Runner(RecordedRunner):
        def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
            held.append(is_held(server.file("/run/lock/petbase.variables.fruits.lock")))
            return super().run(words, stdin=stdin, env=env)

    host = Host("prod", Runner(), Output(), server.root)
    config.put(host, "fruits", {"A": "x"})
    config.unset(host, "fruits", "A")
    assert held == [True, True]
    assert not is_held(server.file("/run/lock/petbase.variables.fruits.lock"))
