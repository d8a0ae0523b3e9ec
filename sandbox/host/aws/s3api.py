"""`aws s3api`: the four operations that are used next to a dump, their options named as S3's parameters are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sandbox.host.aws.client import Client
from sandbox.host.aws.request import Request
from sandbox.host.aws.show import queried, show
from sandbox.host.aws.words import UsageError, Words

_URL = {"encoding-type": "url"}
_SAID = ("RequestCharged", "Prefix")  # of a listing of objects, as every page has them


@dataclass(frozen=True)
class _Operation:
    """How it is sent: the options that it needs, and those that are words of its URL, by S3's names."""

    name: str
    method: str
    needs: tuple[str, ...]
    query: dict[str, str]
    always: dict[str, str]
    pages: tuple[str, ...] = ()
    following: dict[str, str] | None = None  # what of an answer asks for the next page


_LISTED = {"prefix": "prefix", "delimiter": "delimiter", "max-keys": "max-keys"}
_VERSIONS = ("Versions", "DeleteMarkers", "CommonPrefixes")
_MARKERS = {"NextKeyMarker": "key-marker", "NextVersionIdMarker": "version-id-marker"}
_OPERATIONS = {
    "copy-object": _Operation("CopyObject", "PUT", ("bucket", "copy-source", "key"), {}, {}),
    "delete-object": _Operation("DeleteObject", "DELETE", ("bucket", "key"), {"version-id": "versionId"}, {}),
    "list-object-versions": _Operation(
        "ListObjectVersions", "GET", ("bucket",), _LISTED, {"versions": ""}, _VERSIONS, _MARKERS
    ),
    "list-objects-v2": _Operation(
        "ListObjectsV2",
        "GET",
        ("bucket",),
        {**_LISTED, "start-after": "start-after"},
        {"list-type": "2"},
        ("Contents", "CommonPrefixes", *_SAID),
        {"NextContinuationToken": "continuation-token"},
    ),
}


def run(name: str, rest: list[str]) -> int:
    """One call. UsageError for words that it does not have."""
    if name not in _OPERATIONS:
        known = ", ".join(_OPERATIONS)
        raise UsageError(f"argument operation: Found invalid choice '{name}'; (stand-in) the sandbox knows: {known}")
    operation, words = _OPERATIONS[name], Words()
    words.take(rest, {f"--{option}" for option in (*operation.needs, *operation.query)}, ())
    if missing := [f"--{option}" for option in operation.needs if option not in words.options]:
        raise UsageError(f"the following arguments are required: {', '.join(missing)}")
    form, query = words.own.get("output", "json"), words.own.get("query", "")
    found = _found(Client.of(words), operation, words)
    for part in found if form == "text" else [_together(found)]:
        show(queried(part, query), form)
    return 0


def _found(client: Client, operation: _Operation, words: Words) -> Iterator[dict[str, Any]]:
    """The answer; of a listing all pages, unless their size was said, and of each what counts."""
    options = words.options
    asked = {name: options[option] for option, name in operation.query.items() if option in options}
    query = {**operation.always, **asked, **(_URL if operation.pages else {})}
    if "page-size" in words.own:
        query["max-keys"] = words.own["page-size"]
    source = {"X-Amz-Copy-Source": quote(options["copy-source"])} if "copy-source" in options else {}
    bucket, key = options["bucket"], options.get("key", "")
    more = True
    while more:
        answer = client.document(Request(operation.name, operation.method, bucket, key, query, source))
        next_page = {name: answer[of] for of, name in (operation.following or {}).items() if of in answer}
        if not operation.pages and answer:
            answer = {f"{operation.name}Result": answer}
        alone = not operation.pages or "max-keys" in options
        yield (
            answer if alone else {name: answer.get(name) for name in operation.pages if name in answer or name in _SAID}
        )
        more = bool(next_page) and not alone
        query = query | next_page


def _together(pages: Iterator[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for page in pages:
        for name, value in page.items():
            found[name] = [*found.get(name, []), *value] if isinstance(value, list) else value
    return found
