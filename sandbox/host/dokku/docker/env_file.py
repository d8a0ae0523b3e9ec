"""The files that `docker run --env-file` reads: a variable a line, as it is but for a pair of quotes around it."""

from __future__ import annotations

from pathlib import Path

from sandbox.host.dokku.config.docker_options import options_of

_OPTION = "--env-file="


def file_environment(app: str, phase: str) -> dict[str, str]:
    """The variables of all files that the app's options name in a phase."""
    named = [option.removeprefix(_OPTION) for option in options_of(app, phase) if option.startswith(_OPTION)]
    lines = [line.lstrip() for file in named for line in Path(file).read_text().split("\n")]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: _unquoted(value) for name, equals, value in pairs if equals}


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
