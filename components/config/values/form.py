"""What a text of the stack file must look like: checked by the program, and said to editors by the JSON Schema."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

ANY_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean"]})


@dataclass(frozen=True)
class Form:
    """A text of this form, or the error `"VALUE" is not WHAT; HINT`.

    `check` comes first where there is more to say: it raises ValueError with its own sentence. With `numbers`, a
    number is taken as its text.
    """

    form: re.Pattern[str]
    what: str
    hint: str
    check: Callable[[str], None] | None = None
    numbers: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(coerce_numbers_to_str=True) if self.numbers else handler(source)
        return core_schema.no_info_after_validator_function(self.checked, text)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found = handler(schema)
        found["pattern"] = f"^(?:{self.form.pattern})$"
        # Of the YAML language server and VS Code; validators pass over it.
        found["patternErrorMessage"] = f"This is not {self.what}; {self.hint}"
        # A number may be taken only to say what is wrong with it, as of a time limit without its unit.
        if self.numbers and self.form.fullmatch("1"):
            found["type"] = ["string", "number"]
        return found

    def checked(self, value: str) -> str:
        """The value; ValueError says what is wrong with it and what to write."""
        if self.check:
            self.check(value)
        if not self.form.fullmatch(value):
            meant = next(filter(self.form.fullmatch, _meant(value)), "")
            raise ValueError(f'"{value}" is not {self.what}; {f"write {meant}" if meant else self.hint}')
        return value


def _meant(value: str) -> Iterator[str]:
    """What a person may mean by a name with capitals, spaces and the like, if that has the right form."""
    for text in (value.strip(), value.strip().lower()):
        if text[:1].isdigit():  # an amount, and its unit
            yield text.replace(" ", "")
        yield from (text, re.sub(r"[\s_]+", "-", text), re.sub(r"[\s-]+", "_", text))


def as_text(value: Any) -> Any:
    """`PORT: 3000` and `DEBUG: true` mean the text in the file (components/config/stack_file.py)."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value
