"""The estate that a stack file describes, and what is wrong with it."""

from typing import Any

from components.config import stack_file
from components.config.parsing import yaml_loader
from components.config.parsing.yaml_file import Places
from components.config.rules import stack_rules
from components.config.spec import Estate


def estate_of(text: str, places: Places | None = None) -> Estate:
    """The estate that the program will read from the file. `places`: where its values are, for the errors."""
    values: Any = yaml_loader.load(text)["config"]["petbase:estate"]
    return stack_file.parse(values, places)


def problems(text: str) -> list[str]:
    """What is wrong with its values, or else with their combination; empty for a good file."""
    try:
        return stack_rules.problems(estate_of(text))
    except stack_file.StackFileError as error:
        return error.problems
