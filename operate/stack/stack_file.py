"""The estate that a stack file describes."""

from typing import Any

import yaml

from components.config import stack_file
from components.config.parsing import yaml_loader
from components.config.spec import Estate


def estate_of(text: str) -> Estate:
    """The estate that the program will read from the file."""
    values: Any = yaml.load(text, Loader=yaml_loader.Loader)["config"]["petbase:estate"]
    return stack_file.parse(values)
