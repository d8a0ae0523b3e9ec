"""`aws s3api`: every operation that botocore knows, its options named as its parameters are."""

import json
import shutil
from pathlib import Path
from typing import Any

from botocore import xform_name

from sandbox.host.aws import client
from sandbox.host.aws.show import queried, show
from sandbox.host.aws.words import UsageError, Words


def run(operation: str, rest: list[str]) -> int:
    """One call. UsageError for words that it does not have."""
    model = client.session().get_service_model("s3")
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        raise UsageError(f"argument operation: Found invalid choice '{operation}'")
    chosen = model.operation_model(names[operation])
    words = Words()
    given = _given(chosen.input_shape, words, rest)
    _call(client.s3(words), chosen, words, given)
    return 0


def _given(shape: Any, words: Words, rest: list[str]) -> dict[str, Any]:
    """The operation's parameters from its words."""
    members = {xform_name(name, "-"): name for name in shape.members}
    flags = {option for option, name in members.items() if shape.members[name].type_name == "boolean"}
    switches = {f"--{word}" for flag in flags for word in (flag, f"no-{flag}")}
    words.take(rest, {f"--{option}" for option in members.keys() - flags}, switches)
    given = {}
    for option, text in words.options.items():
        name = members.get(option) or members[option.removeprefix("no-")]
        given[name] = option in flags if option not in members or option in flags else _value(shape, name, text)
    needed = [option for option, name in members.items() if name in shape.required_members]
    missing = [f"--{option}" for option in needed if members[option] not in given]
    if missing:
        raise UsageError(f"the following arguments are required: {', '.join(missing)}")
    return given


def _value(shape: Any, name: str, text: str) -> Any:
    """A word as the parameter's type wants it: JSON, `A=1,B=2` for a map, a file's name for a body."""
    kind = shape.members[name].type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind == "blob":
            return Path(text).open("rb")
        if kind in ("structure", "map", "list"):
            return json.loads(text) if text[:1] in "[{" else dict(pair.split("=", 1) for pair in text.split(","))
    except (ValueError, OSError) as error:
        raise UsageError(f"Error parsing parameter '--{xform_name(name, '-')}': {error}") from error
    return text


def _call(s3: Any, model: Any, words: Words, given: dict[str, Any]) -> None:
    form, query = words.own.get("output", "json"), words.own.get("query", "")
    method = xform_name(model.name)
    if s3.can_paginate(method) and "no-paginate" not in words.own:
        _pages(s3.get_paginator(method).paginate(**given, PaginationConfig=_limits(words)), form, query)
        return
    if model.has_streaming_output and len(words.plain) != 3:
        raise UsageError("the following arguments are required: outfile")
    answer = getattr(s3, method)(**given)
    answer.pop("ResponseMetadata", None)
    if model.has_streaming_output:
        with Path(words.plain[2]).open("wb") as file:
            shutil.copyfileobj(answer.pop("Body"), file)
    show(queried(answer, query), form)


def _limits(words: Words) -> dict[str, Any]:
    names = {"max-items": "MaxItems", "page-size": "PageSize", "starting-token": "StartingToken"}
    return {names[name]: _number(words.own[name]) for name in names if name in words.own}


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _pages(pages: Any, form: str, query: str) -> None:
    """All pages as one answer; in text, as documented, page after page, the query applied to each."""
    if form != "text":
        show(queried(pages.build_full_result(), query), form)
        return
    for number, page in enumerate(pages):
        part = {} if number else dict(pages.non_aggregate_part)
        part |= {key.expression: key.search(page) for key in pages.result_keys}
        show(queried(part, query), form)
