"""Values as YAML, for a stack file or a line that a person copies into one."""

import json

import yaml

from components.config.parsing import yaml_loader


def plain(value: str) -> str:
    """The value as YAML: bare where it reads back as itself, else quoted. An id of digits is a number, and one such
    as 12e4 for Pulumi, which does not read YAML as PyYAML does.
    """
    readers = (yaml.SafeLoader, yaml_loader.Loader)
    return value if all(_is_itself(value, reader) for reader in readers) else json.dumps(value)


def _is_itself(value: str, reader: type[yaml.SafeLoader]) -> bool:
    try:
        return bool(yaml.load(f"[{value}]", reader) == [value] and yaml.load(f"key: {value}", reader) == {"key": value})
    except yaml.YAMLError:
        return False
