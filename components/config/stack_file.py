"""Reads the stack file, whole, and says everything that is wrong with it at once, before anything is touched."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG
from pydantic import ValidationError

from components.config import messages, secrets
from components.config.parsing import yaml_file
from components.config.parsing.yaml_file import Keys, Places
from components.config.rules import stack_rules as rules
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.config.values.secret_keys import CHANNEL, KNOWN

_PREFIX = "petbase:"
_OCTAL = re.compile(r"0+[1-7][0-7]*")
# Keys whose value is a number that counts; a port or a scale of 010 is no less wrong, but does no harm unseen.
_NUMBERS = ("connections", "generation", "keep-days", "lock-days", "memory-mb", "token-generation", "validity-days")


class StackFileError(pulumi.RunError):
    """The stack file cannot be used. One line a problem: path, line, value, way out."""

    def __init__(self, problems: list[str], places: Places | None = None) -> None:
        self.problems = [places.named(problem) for problem in problems] if places else problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"the stack file has {count}; nothing was changed:{lines}")


def load() -> tuple[Estate, Secrets]:
    """The estate and its secrets; StackFileError lists every problem of the file."""
    config = pulumi.Config("petbase")
    # The engine runs the program in the folder of its stack files.
    places = yaml_file.places(Path(f"Pulumi.{pulumi.get_stack()}.yaml"))
    try:
        estate = parse(config.get_object("estate"), places)
    except StackFileError as error:
        # What the apps' own keys may be is not known then, so only the plain ones are looked at.
        plain = {key: value for key, value in CONFIG.get().items() if "." not in key}
        raise StackFileError([*_unknown_keys(plain, KNOWN), *error.problems]) from None
    ours = [key.removeprefix(_PREFIX) for key in sorted(CONFIG.get()) if key.startswith(_PREFIX)]
    left_over = secrets.unused(estate, ours)
    for key in left_over:
        pulumi.log.warn(f"{_PREFIX}{key}: nothing uses this secret; {_way_out(key)}")
    unknown = _unknown_keys(CONFIG.get(), (*secrets.known(estate), *left_over))
    found = [*unknown, *rules.problems(estate), *secrets.problems(estate, config)]
    if found:
        raise StackFileError(found, places)
    placed = estate.model_copy(update={"backups": estate.backups.placed(pulumi.get_stack())})
    return placed, secrets.read(estate, config)


def parse(estate: Any, places: Places | None = None) -> Estate:
    """The estate from plain data; StackFileError lists what is wrong field by field. `places`: where in the file."""
    written = places.written if places else {}
    if not isinstance(estate, dict):
        raise StackFileError(["petbase:estate: missing; ./petbase init writes it; docs/stack-file-example.md shows it"])
    if octal := [*_octal(written)]:
        raise StackFileError(octal, places)
    try:
        return Estate.model_validate(_as_written(estate, written))
    except ValidationError as error:
        problems = [messages.sentence(detail, written) for detail in error.errors()]
        raise StackFileError(problems, places) from None


def _octal(written: Mapping[Keys, str]) -> Iterator[str]:
    """Numbers that begin with 0, which YAML reads to the base of 8. Variables are taken as they are written."""
    for keys, text in written.items():
        if keys[-1] in _NUMBERS and _OCTAL.fullmatch(text):
            told = f"YAML reads {text} as {int(text, 8)}; write {keys[-1]}: {text.lstrip('0')}, or {int(text, 8)}"
            yield f"{'.'.join(keys)}: {told} if you mean that"


def _as_written(estate: dict[str, Any], written: Mapping[Keys, str]) -> dict[str, Any]:
    """Variables by the text that stands in the file: YAML has made 1.1 of `VERSION: 1.10`, Pulumi a time of a date."""
    apps = estate.get("apps")
    if not isinstance(apps, dict):
        return estate
    return {**estate, "apps": {name: _app_as_written(name, app, written) for name, app in apps.items()}}


def _app_as_written(name: str, app: Any, written: Mapping[Keys, str]) -> Any:
    env = app.get("env") if isinstance(app, dict) else None
    if not isinstance(env, dict):
        return app
    plain = {key: written.get(("apps", name, "env", str(key)), value) for key, value in env.items() if _is_plain(value)}
    return {**app, "env": {**env, **plain}}


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str)


def _unknown_keys(config: Mapping[str, str], secret: tuple[str, ...]) -> Iterator[str]:
    known = ("estate", *secret)
    for key in sorted(config):
        name = key.removeprefix(_PREFIX)
        if key.startswith(_PREFIX) and name not in known:
            yield f"{key}: unknown key{messages.suggestion(name, known, _PREFIX)}"


def _way_out(key: str) -> str:
    app, _, variable = key.rpartition(".")
    if key.startswith(CHANNEL):
        return f"name it in alerts: {{{variable}: {{kind: ntfy}}}}, or remove it: ./petbase secrets remove {key}"
    return f"name it in apps.{app}.secrets: [{variable}], or remove it: ./petbase secrets remove {key}"
