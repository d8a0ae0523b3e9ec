"""What a user reads when the engine fails."""

from asyncio import CancelledError

import pytest
from pulumi.automation import EngineEvent
from pulumi.automation.events import DiagnosticEvent

from sandbox.engine.diagnostics import Diagnostics, readable

STACK = "urn:pulumi:sandbox::petbase::pulumi:pulumi:Stack::petbase-sandbox"
COMMAND = "urn:pulumi:sandbox::petbase::petbase:app:App$command:remote:Command::fruits-app"


def said(*lines: tuple[str, str, str]) -> Diagnostics:
    """Diagnostics that heard these (severity, urn, message)."""
    heard = Diagnostics()
    for severity, urn, message in lines:
        event = DiagnosticEvent(message=message, color="never", severity=severity, urn=urn)
        heard(EngineEvent(sequence=1, timestamp=1, diagnostic_event=event))
    return heard


def test_an_error_names_its_resource_and_not_its_parents() -> None:
    heard = said(("error", COMMAND, "<{%reset%}>no room<{%reset%}>\n"), ("error", STACK, "update failed"))
    assert heard.text("") == "fruits-app (command:remote:Command): no room"


def test_the_same_error_comes_once() -> None:
    assert (
        said(("error", COMMAND, "no"), ("error", COMMAND, "no")).text("") == "fruits-app (command:remote:Command): no"
    )


def test_a_bare_failure_is_better_than_nothing() -> None:
    assert said(("error", STACK, "update failed")).text("") == "update failed"


def test_what_the_cli_printed_is_the_last_resort() -> None:
    assert said().text("error: no such stack") == "error: no such stack"
    assert said().text("") == "the engine failed without saying why"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('no room\nTraceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\n', "no room"),
        ('no room:\n  File "a.py", line 1, in f\n    x()\n  File "b.py", line 2, in g\n    y()\n', "no room:"),
        ("\x1b[31mred\x1b[0m", "red"),
    ],
)
def test_no_traceback_and_no_colour(text: str, expected: str) -> None:
    assert readable(text) == expected


def test_a_traceback_from_the_server_is_kept() -> None:
    message = 'Process exited with status 1: running "x":\nTraceback (most recent call last):\n  File "a", line 1\nE: e'
    assert said(("error", COMMAND, message)).text("") == f"fruits-app (command:remote:Command): {message}"


def test_warnings_are_kept_apart() -> None:
    heard = said(("warning", COMMAND, "slow"), ("info", COMMAND, "linking"))
    assert (heard.errors, heard.warnings) == ([], ["fruits-app (command:remote:Command): slow"])


def test_the_programs_own_words_stand_alone() -> None:
    heard = said(("error", STACK, "python inline source runtime error: apps: no\nTraceback (most recent call last):\n"))
    heard.program = ValueError("apps: no")
    assert heard.text("") == "apps: no"


def test_a_program_that_the_engine_cancelled_hides_no_reason() -> None:
    heard = said(("error", COMMAND, "before hook failed: write 35"))
    heard.program = CancelledError()
    assert heard.text("") == "fruits-app (command:remote:Command): before hook failed: write 35"


def test_a_failed_commands_whole_text_is_shown_as_the_engine_shows_it() -> None:
    script = r"# app fruits\n" + r"echo \"x\"\n" * 900
    message = f'Process exited with status 1: running "{script}":\nno room'
    heard = said(("error", COMMAND, f"<{{%reset%}}>{message}\n<{{%reset%}}>"))
    assert heard.text("") == f"fruits-app (command:remote:Command): {message}"
