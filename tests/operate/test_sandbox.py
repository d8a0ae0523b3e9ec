"""`./petbase sandbox VERB` passes its words on to sandbox/run.py, and ends with what that answers."""

from typing import Any

import pytest

from sandbox import run
from tests.support.operate import Petbase

CALLS: list[tuple[list[str], str, dict[str, Any]]] = [
    (["up"], "up", {"prove": True}),
    (["up", "--no-prove"], "up", {"prove": False}),
    (["status"], "status", {}),
    (["preview"], "preview", {}),
    (["destroy"], "destroy", {}),
    (["down"], "down", {}),
    (["logs"], "logs", {"follow": False, "name": None}),
    (["logs", "cron", "-f"], "logs", {"follow": True, "name": "cron"}),
    (["env"], "env", {}),
]


@pytest.mark.parametrize(("words", "name", "expected"), CALLS)
def test_each_verb_calls_its_function(
    petbase: Petbase, monkeypatch: pytest.MonkeyPatch, words: list[str], name: str, expected: dict[str, Any]
) -> None:
    seen: list[dict[str, Any]] = []

    def verb(**given: Any) -> int:
        seen.append(given)
        return 1

    monkeypatch.setattr(run, name, verb)
    assert petbase("sandbox", *words).code == 1
    assert seen == [expected]


@pytest.mark.parametrize("words", [[], ["ls", "-la", "--color"], ["dokku", "apps:list"]])
def test_a_shells_words_are_its_own(petbase: Petbase, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    seen: list[list[str]] = []

    def shell(argv: list[str]) -> int:
        seen.append(argv)
        return 0

    monkeypatch.setattr(run, "shell", shell)
    assert petbase("sandbox", "shell", *words).code == 0
    assert seen == [words]
