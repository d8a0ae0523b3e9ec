"""What all sections of the stack file share."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Section(BaseModel):
    """What all sections share: closed, frozen, kebab-case.

    The sentence under each key is its line in docs/stack-file.md (`make docs`); a key without one fails the tests.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.replace("_", "-"),
        hide_input_in_errors=True,
    )

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Reads the sentences when a schema is written: pydantic's own `use_attribute_docstrings` does it whenever a
        program starts, and takes 70 ms.
        """
        found = handler(core)
        properties = handler.resolve_ref_schema(found)["properties"]
        for section in reversed(cls.__mro__[: cls.__mro__.index(Section)]):
            for name, sentence in _sentences(section):
                properties[cls.model_fields[name].alias]["description"] = sentence
        return found


def keys(section: type[Section], names: Iterable[str]) -> list[str]:
    """These fields by the stack file's words for them."""
    return [section.model_fields[name].alias or name for name in names]


def given(section: Section, names: Iterable[str]) -> list[str]:
    """Which of these fields the stack file says, by its own words for them."""
    return keys(type(section), (name for name in names if name in section.model_fields_set))


def _sentences(section: type) -> Iterator[tuple[str, str]]:
    """The fields of a class, each with the text under it."""
    (found,) = ast.parse(dedent(inspect.getsource(section))).body
    assert isinstance(found, ast.ClassDef)
    for field, text in pairwise(found.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(sentence))):
                yield name, inspect.cleandoc(sentence)
