"""Resources are registered without stack traces and debug lines; an SDK that sends them in another way fails here."""

import pytest
from pulumi.runtime import resource

from tests.components.estates import estate
from tests.support.pulumi import program


def test_the_sdk_still_has_the_function_that_is_replaced() -> None:
    assert callable(getattr(resource, "_get_stack_trace", None))


def test_no_resource_carries_a_stack_trace() -> None:
    plan = program.run(estate())
    assert [made.name for made in plan.resources if made.request.stackTrace.frames] == []


def test_nothing_is_logged_for_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("pulumi.log._log", lambda *line: asked.append(line))
    assert program.run(estate()).resources
    assert asked == []
