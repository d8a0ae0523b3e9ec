"""Reads the stack file, whole, and says everything that is wrong with it at once, before anything is touched."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG
from pydantic import ValidationError

from components.config import secrets
from components.config.messages import characters, many, retry
from components.config.messages.sentence import sentence
from components.config.messages.shapes import shown
from components.config.parsing import config_keys, yaml_file
from components.config.parsing.config_keys import PREFIX
from components.config.parsing.yaml_file import Keys, Places, Written
from components.config.rules import numbers
from components.config.rules import stack_rules as rules
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.config.values.secret_keys import CHANNEL, KNOWN

_SANDBOX = "sandbox"
_GROUPED = re.compile(r"[-+]?\d+(_\d+)+")


class StackFileError(pulumi.RunError):
    """The stack file cannot be used. One line a problem: path, line, value, way out; a dozen lines at most."""

    def __init__(self, problems: list[str], places: Places | None = None) -> None:
        self.problems = [characters.spelled((places or Places()).named(problem)) for problem in problems]
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  {problem}" for problem in many.in_few_lines(self.problems))
        super().__init__(f"the stack file has {count}; nothing was changed:{lines}")


def load() -> tuple[Estate, Secrets]:
    """The estate and its secrets; StackFileError lists every problem of the file."""
    config = pulumi.Config("petbase")
    # The engine runs the program in the folder of its stack files.
    file = Path(f"Pulumi.{pulumi.get_stack()}.yaml")
    places, above = yaml_file.places(file), [*config_keys.above(file)]
    try:
        estate = parse(config.get_object("estate"), places)
    except StackFileError as error:
        # What the apps' own keys may be is not known then, so only the plain ones are looked at.
        plain = {key: value for key, value in CONFIG.get().items() if "." not in key}
        around = [*above, *config_keys.unknown(plain, KNOWN)]
        raise StackFileError([*around, *_not_said(error.problems, around)]) from None
    ours = [key.removeprefix(PREFIX) for key in sorted(CONFIG.get()) if key.startswith(PREFIX)]
    left_over = secrets.unused(estate, ours)
    known = (*secrets.known(estate), *left_over)
    _warn(file, known, left_over)
    around = [*above, *config_keys.unknown(CONFIG.get(), known)]
    if found := [*around, *rules.problems(estate), *secrets.problems(estate, config)]:
        raise StackFileError(found, places)
    placed = estate.model_copy(update={"backups": estate.backups.placed(pulumi.get_stack())})
    return placed, secrets.read(estate, config)


def _not_said(problems: list[str], around: list[str]) -> list[str]:
    """Without the missing estate where a line before it says where it is."""
    said = any("petbase:estate" in problem for problem in around)
    return [problem for problem in problems if not (said and problem.startswith("petbase:estate: missing"))]


def _warn(file: Path, known: Sequence[str], left_over: Sequence[str]) -> None:
    for key in left_over:
        pulumi.log.warn(f"{PREFIX}{key}: nothing uses this secret; {_way_out(key)}")
    # The sandbox's secrets are pretend ones, and no secret to anyone with the checkout.
    for key in () if pulumi.get_stack() == _SANDBOX else config_keys.in_plain_text(file, known):
        encrypt = f"./petbase secrets set {key} --stack {pulumi.get_stack()}"
        pulumi.log.warn(f"{PREFIX}{key}: in plain text in {file.name}; set it again to encrypt it: {encrypt}")


def parse(estate: Any, places: Places | None = None) -> Estate:
    """The estate from plain data; StackFileError lists what is wrong field by field. `places`: where in the file."""
    written = places.written if places else {}
    if isinstance(estate, str | list):
        raise StackFileError([f"petbase:estate: expects keys with values, not {shown(estate)}; indent them below it"])
    if not isinstance(estate, dict):
        raise StackFileError(["petbase:estate: missing; ./petbase init writes it; docs/stack-file-example.md shows it"])
    if wrong := [*numbers.problems(written)]:
        raise StackFileError(wrong, places)
    held = _as_written(estate, written)
    try:
        return Estate.model_validate(held)
    except ValidationError as error:
        problems = [sentence(detail, written) for detail in retry.errors(held, error, written)]
        raise StackFileError(many.causes(problems), places) from None


def _as_written(estate: dict[str, Any], written: Written) -> dict[str, Any]:
    """Variables and PostgreSQL's settings by their text in the file: YAML has made 1.1 of `VERSION: 1.10`,
    and Pulumi a time of a date.
    """
    found = dict(estate)
    if isinstance(apps := estate.get("apps"), dict):
        found["apps"] = {name: _texts(("apps", name), "env", app, written) for name, app in apps.items()}
    if isinstance(database := estate.get("database"), dict):
        # PostgreSQL reads no 1_000, which YAML has made 1000.
        known = {keys: text for keys, text in written.items() if not _GROUPED.fullmatch(text)}
        found["database"] = _texts(("database",), "config", database, known)
    return found


def _texts(path: Keys, key: str, section: Any, written: Written) -> Any:
    """A section with the texts of the names below one of its keys."""
    held = section.get(key) if isinstance(section, dict) else None
    if not isinstance(held, dict):
        return section
    plain = {name: written.get((*path, key, str(name)), value) for name, value in held.items() if _is_plain(value)}
    return {**section, key: {**held, **plain}}


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str)


def _way_out(key: str) -> str:
    app, _, variable = key.rpartition(".")
    remove = f"remove it: ./petbase secrets remove {key} --stack {pulumi.get_stack()}"
    if key.startswith(CHANNEL):
        return f"name it in alerts: {{{variable}: {{kind: ntfy}}}}, or {remove}"
    return f"name it in apps.{app}.secrets: [{variable}], or {remove}"
