"""A text that YAML takes for a number: whether quotes alone make it right, or it is wrong with them, too."""

from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from components.config.messages.sentence import path_of
from components.config.parsing.yaml_file import Written
from components.config.spec import Estate


def errors(estate: Any, found: ValidationError, written: Written) -> list[ErrorDetails]:
    """The errors of an estate. For a number where text is wanted: the error that its text has, if it has one."""
    told = found.errors()
    numbers = {path: written[path] for path in map(path_of, filter(_is_number, told)) if path in written}
    if not numbers:
        return told
    as_text = deepcopy(estate)
    for path, text in numbers.items():
        _put(as_text, path, text)
    try:
        Estate.model_validate(as_text)
    except ValidationError as error:
        then = {path_of(one): one for one in error.errors()}
        return [then.get(path_of(one), one) if path_of(one) in numbers else one for one in told]
    return told


def _is_number(error: ErrorDetails) -> bool:
    return error["type"] == "string_type" and isinstance(error["input"], bool | int | float)


def _put(held: Any, path: tuple[str, ...], text: str) -> None:
    """The text in the place of the number; nothing where the path has a part that only the models know."""
    *above, last = path
    try:
        for part in above:
            held = held[int(part)] if isinstance(held, list) else held[part]
        held[int(last) if isinstance(held, list) else last] = text
    except (KeyError, IndexError, TypeError, ValueError):
        return
