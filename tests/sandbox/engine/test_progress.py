"""The lines that `make sandbox` prints while the engine works."""

import pytest
from pulumi.automation import EngineEvent
from pulumi.automation.events import DiagnosticEvent

from sandbox.engine.progress import Progress

STACK = "urn:pulumi:sandbox::petbase::pulumi:pulumi:Stack::petbase-sandbox"
COMMAND = "urn:pulumi:sandbox::petbase::petbase:app:App$command:remote:Command::fruits-app"


@pytest.mark.parametrize(
    ("severity", "urn", "message", "lines"),
    [
        ("info#err", COMMAND, "linking fruits\nrestarting\n", ["      linking fruits", "      restarting"]),
        ("error", COMMAND, "no: x\nmore\n", ["  failed   Command            fruits-app  no: x"]),
        ("error", STACK, "update failed", []),
        ("warning", COMMAND, "slow", []),
    ],
)
def test_steps_and_failures_are_shown_as_they_come(severity: str, urn: str, message: str, lines: list[str]) -> None:
    said: list[str] = []
    event = DiagnosticEvent(message=message, color="never", severity=severity, urn=urn)
    Progress(said.append)(EngineEvent(sequence=1, timestamp=1, diagnostic_event=event))
    assert said == lines


def test_retries_of_a_first_dial_are_one_line() -> None:
    said: list[str] = []
    progress = Progress(said.append)
    for n in (1, 2):
        event = DiagnosticEvent(message=f"Dial {n}/10 failed: retrying", color="never", severity="info", urn=COMMAND)
        progress(EngineEvent(sequence=n, timestamp=n, diagnostic_event=event))
    assert said == ["      waiting until the server answers SSH"]
