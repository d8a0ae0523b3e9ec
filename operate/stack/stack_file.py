"""The estate that a stack file describes."""

from typing import Any

from components.config import stack_file
from components.config.parsing import yaml_loader
from components.config.parsing.yaml_file import Places
from components.config.spec import Estate


def estate_of(text: str, places: Places | None = None) -> Estate:
    """The estate that the program will read from the file. `places`: where its values are, for the errors."""
    values: Any = yaml_loader.load(text)["config"]["petbase:estate"]
    return stack_file.parse(values, places)
