"""One value, a list and a mapping taken for each other: what the file has, and how to write it."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from components.config.messages import sections
from components.config.messages.characters import shortened

# Their items are texts with colons, which YAML reads as a name and a value where a space follows.
_WITH_COLONS = ("ports", "storage")


def problem(kind: str, path: tuple[str, ...], value: Any) -> str:
    """The sentence for a value of another shape; "" for another kind of error."""
    key = path[-1] if path else ""
    match kind:
        case "string_type":
            return _for_text(path, value)
        case "tuple_type":
            if isinstance(value, str) and value.startswith("-"):
                return f"expects a list, not {shown(value)}; write a space behind the -"
            names = ", ".join(_items(key, value)) if isinstance(value, dict) else value
            return f"expects a list, not {shown(value)}; write {key}: [{names}]"
        case "dict_type":
            names = ", ".join(_pairs(path, value)) or f"NAME: {_empty(path)}"
            return f"expects names with values, not {shown(value)}; write {key}: {{{names}}}"
        case "model_type" | "model_attributes_type":
            names = ", ".join(_pairs(path, value))
            write = f"write {key}: {{{names}}}" if names else _keys_of(path, key)
            return f"expects keys with values, not {shown(value)}; {write}"
    return ""


def shown(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, bool):
        return f'"{str(value).lower()}"'
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else f'"{value}"'


def _for_text(path: tuple[str, ...], value: Any) -> str:
    key, above = path[-1], path[-2] if len(path) > 1 else ""
    if isinstance(value, dict) and list(value) == ["secure"] and above == "env":
        secret = f"{path[1]}.{key}"
        return f"a secret cannot be here; write secrets: [{key}], and set it: ./petbase secrets set {secret}"
    if key.isdigit():  # an item of a list
        first = next(_items(above, value), "VALUE") if isinstance(value, dict) else _first(value)
        return f"expects one value, not {shown(value)}; write {first}"
    return f"expects one value, not {shown(value)}; write {key}: {_first(value)}"


def _first(value: Any) -> str:
    return _flow(value[0]) if isinstance(value, list) and value else "VALUE"


def _items(key: str, value: dict[Any, Any]) -> Iterator[str]:
    """A mapping's entries as the items of a list: the names, and of texts with a colon the whole."""
    yield from (f"{name}:{held}" if key in _WITH_COLONS else str(name) for name, held in value.items())


def _pairs(path: tuple[str, ...], value: Any) -> Iterator[str]:
    """What there is as names with values: `A=1`, `A: 1`, `A:1`, and names alone."""
    known = sections.keys(path)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield from (f"{name}: {'{}' if held is None else _flow(held)}" for name, held in item.items())
            continue
        name, sign, held = str(item).partition("=" if "=" in str(item) else ":")
        if sign and (not known or name in known):
            yield f"{name}: {held}"
        elif isinstance(value, list) and not sign:
            yield f"{name}: {_empty(path)}"


def _empty(path: tuple[str, ...]) -> str:
    """The value of a name that is chosen freely."""
    section = sections.below(path)
    if section is None:
        return "VALUE"
    required = [field.alias or name for name, field in section.model_fields.items() if field.is_required()]
    return f"{{{', '.join(f'{key}: VALUE' for key in required)}}}"


def _keys_of(path: tuple[str, ...], key: str) -> str:
    model: type[BaseModel] = sections.at(path)
    if any(field.is_required() for field in model.model_fields.values()) or key in ("server", "backups"):
        return f"write its keys below it, like {sections.keys(path)[0]}"
    return f"write {key}: {{}} for the defaults"


def _flow(value: Any) -> str:
    """A value within braces."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_flow(held)}' for name, held in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else shortened(str(value))
