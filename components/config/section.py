"""What all sections of the stack file share."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """What all sections share: closed, frozen, kebab-case.

    The sentence under each key is its line in docs/stack-file.md (`make docs`); a key without one fails the tests.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.replace("_", "-"),
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


def keys(section: type[Section], names: Iterable[str]) -> list[str]:
    """These fields by the stack file's words for them."""
    return [section.model_fields[name].alias or name for name in names]


def given(section: Section, names: Iterable[str]) -> list[str]:
    """Which of these fields the stack file says, by its own words for them."""
    return keys(type(section), (name for name in names if name in section.model_fields_set))
