"""One value, a list and a mapping taken for each other: what the file has, and how to write it."""

from collections.abc import Iterator
from typing import Any

from components.config.messages import sections
from components.config.messages.characters import shortened

# Their items are texts with colons, which YAML reads as a name and a value where a space follows.
_WITH_COLONS = ("ports", "storage")
# Word processors make the others of a hyphen.
_DASHES = ("-", "\u2010", "\u2013", "\u2014", "\u2022", "\u2212")
_EVERYWHERE = ("any", "anywhere", "all", "everywhere", "everyone")


def problem(kind: str, path: tuple[str, ...], value: Any) -> str:
    """The sentence for a value of another shape; "" for another kind of error."""
    key = path[-1] if path else ""
    match kind:
        case "string_type":
            return _for_text(path, value)
        case "tuple_type":
            return _for_list(key, value)
        case "dict_type":
            names = ", ".join(_pairs(path, value)) or f"NAME: {_empty(path)}"
            return f"expects names with values, not {shown(value)}; write {key}: {{{names}}}"
        case "model_type" | "model_attributes_type":
            names = ", ".join(_pairs(path, value))
            write = f"write {key}: {{{names}}}" if names else _keys_of(path, key)
            return f"expects keys with values, not {shown(value)}; {write}"
    return ""


def _for_list(key: str, value: Any) -> str:
    if isinstance(value, str) and value.startswith(_DASHES):
        return f"expects a list, not {shown(value)}; {_dash(value)}"
    if isinstance(value, str) and " " in value:
        return f"expects a list, not one value; write it in the line below {key}:, after a - and a space"
    if key.endswith("-from") and value in _EVERYWHERE:
        return f'expects a list, not {shown(value)}; write {key}: ["0.0.0.0/0", "::/0"]'
    names = ", ".join(_items(key, value)) if isinstance(value, dict) else value
    return f"expects a list, not {shown(value)}; write {key}: [{names}]"


def _dash(value: str) -> str:
    return "write a space behind the -" if value[0] == "-" else f'type a plain - in place of "{value[0]}"'


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
    if isinstance(value, dict) and list(value) == ["secure"]:
        return f"an encrypted value cannot be here; write {key}: VALUE in plain text"
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
    """For an app the defaults are usually meant; any other section is there for its keys."""
    if path[:-1] == ("apps",):
        return f"write {key}: {{}} for the defaults"
    return f"write its keys below it, like {sections.keys(path)[0]}"


def _flow(value: Any) -> str:
    """A value within braces."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_flow(held)}' for name, held in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else shortened(str(value))
