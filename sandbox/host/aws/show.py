"""Answers as `--output json` and `--output text` print them, and `--query`."""

import json
import sys
from datetime import datetime
from typing import Any

from sandbox.host.aws.words import UsageError


def queried(value: Any, expression: str) -> Any:
    """What a JMESPath expression finds; UsageError for one that is none."""
    if not expression:
        return value
    import jmespath  # type: ignore[import-untyped]  # comes with boto3

    try:
        return jmespath.search(expression, value)
    except jmespath.exceptions.JMESPathError as error:
        raise UsageError(f"Bad value for --query {expression}: {error}") from error


def show(value: Any, form: str) -> None:
    """Print it; an answer without content prints nothing."""
    if form == "text":
        sys.stdout.write("".join(f"{line}\n" for line in text(value)))
    elif form == "json":
        if value != {}:
            json.dump(value, sys.stdout, indent=4, default=_plain, ensure_ascii=False)
            sys.stdout.write("\n")
    else:
        raise UsageError(f"(stand-in) argument --output: not {form!r}; the sandbox knows json and text")
    sys.stdout.flush()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def text(value: Any, name: str = "", columns: list[str] | None = None) -> list[str]:
    """Tab-separated lines; deeper values come on separate lines, after their name in capitals."""
    if isinstance(value, dict):
        return _row(value, name, columns)
    if not isinstance(value, list):
        return [_word(value)]
    if any(isinstance(one, dict) for one in value):
        shared = sorted({key for one in value if isinstance(one, dict) for key in one if _is_word(one[key])})
        return [line for one in value for line in text(one, name, shared)]
    words, deeper = [_word(one) for one in value if _is_word(one)], [one for one in value if not _is_word(one)]
    row = ["\t".join(words)] if words else []
    lines = [f"{name.upper()}\t{word}" for word in words] if name else row
    return lines + [line for one in deeper for line in text(one, name)]


def _row(value: dict[str, Any], name: str, columns: list[str] | None) -> list[str]:
    known = sorted(key for key in value if _is_word(value[key])) if columns is None else columns
    words = [_word(value.get(key, "")) for key in known]
    lines = ["\t".join([name.upper(), *words] if name else words)] if words else []
    return lines + [line for key in sorted(set(value) - set(known)) for line in text(value[key], key)]


def _is_word(value: Any) -> bool:
    return not isinstance(value, list | dict)


def _word(value: Any) -> str:
    return _plain(value)
