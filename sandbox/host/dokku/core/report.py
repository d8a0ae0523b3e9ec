"""`…:report`, which a dozen nouns have: as text, as one value, as JSON."""

import json
from collections.abc import Mapping

from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call


def show(call: Call, title: str, noun: str, values: Mapping[str, str], *, both_keys: bool = False) -> int:
    """Print `values` (keys as in `--NOUN-KEY`) the way the words after the app ask for."""
    words = list(call.words[1:])
    full = {key if key.startswith("-") else f"--{noun}-{key}": value for key, value in values.items()}
    if "--format" in words and words[words.index("--format") + 1 :][:1] == ["json"]:
        say.out(as_json(full, noun, both_keys=both_keys))
    elif flag := next((word for word in words if word.startswith("--")), None):
        if flag not in full:
            raise say.RefusedError(f"Invalid flag passed, valid flags: {', '.join(sorted(full))}")
        say.out(full[flag])
    else:
        as_text(title, full)
    return 0


def as_text(title: str, full: Mapping[str, str]) -> None:
    """A title and one line a value, sorted."""
    labels = {flag: flag.removeprefix("--").replace("-", " ").replace(".", " ").capitalize() + ":" for flag in full}
    width = max(31, *(len(label) + 1 for label in labels.values()))
    say.out(f"=====> {title}")
    for flag in sorted(full):
        say.out(f"       {labels[flag]:<{width}}{full[flag]}")


def as_json(full: Mapping[str, str], noun: str, *, both_keys: bool) -> str:
    """Keys without the noun; `apps` and `ps` give the long ones as well."""
    flat = {flag.removeprefix("--").removeprefix(f"{noun}-"): value for flag, value in full.items()}
    if both_keys:
        flat |= {flag.removeprefix("--"): value for flag, value in full.items() if flag.startswith(f"--{noun}-")}
    return to_json(dict(sorted(flat.items())))


def to_json(value: object) -> str:
    """JSON as Go writes it: no spaces, `&`, `<` and `>` escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
