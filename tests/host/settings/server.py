"""A recorded server with the app fruits on it, as the settings' tests use it."""

import json
from collections.abc import Mapping

from host.programs.runner import Answer
from host.settings.ensure import EnsureSettings, RemoveSettings
from tests.host.recorder import Answers, Recorder

LOOKS = ["--quiet apps:list", "apps:exists fruits"]
DEPLOYED: Answers = {"ps:report fruits": "true\n"}
RESTART = ["ps:report fruits --deployed", "ps:restart fruits"]
GONE = RemoveSettings("fruits")


def secrets(values: Mapping[str, str] | None = None) -> dict[str, str]:
    """The standard input of `settings ensure`."""
    return {"variables": json.dumps(values or {})}


def variables(**values: str) -> Answers:
    return {"config:export": json.dumps(values) + "\n"}


def apply(server: Recorder, command: EnsureSettings | RemoveSettings, *answers: Answers) -> list[str]:
    """Run it for a deployed app without secret variables; what it started behind the two questions that come first."""
    lines = server.run(command, DEPLOYED, *answers, secrets=secrets())
    assert lines[:2] == LOOKS
    return lines[2:]


def missing(program: str) -> Answers:
    return {program: Answer(1)}
