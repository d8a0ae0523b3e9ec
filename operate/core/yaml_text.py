"""Values as YAML, for a stack file or a line that a person copies into one."""

import json

import yaml


def plain(value: str) -> str:
    """The value as YAML: bare where it reads back as itself, else quoted (an id of digits only is a number)."""
    try:
        same = yaml.safe_load(f"[{value}]") == [value] and yaml.safe_load(f"key: {value}") == {"key": value}
    except yaml.YAMLError:
        same = False
    return value if same else json.dumps(value)
