"""A store's XML as the values that aws-cli prints."""

import http.client
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree

_LISTS = {"CommonPrefixes": "CommonPrefixes", "Contents": "Contents"}
_LISTS |= {"DeleteMarker": "DeleteMarkers", "Version": "Versions"}
_NUMBERS, _FLAGS = {"KeyCount", "MaxKeys", "Size"}, {"IsLatest", "IsTruncated"}
_QUOTED = {"Delimiter", "Key", "KeyMarker", "NextKeyMarker", "Prefix", "StartAfter"}  # by `encoding-type=url`


class BrokenError(Exception):
    """A document that ends too early."""


def problem(answer: http.client.HTTPResponse) -> tuple[str, str]:
    """Code and message of a refusal; one without a body, as to HEAD, has the status and its phrase."""
    try:
        found = {_name(one): one.text or "" for one in ElementTree.fromstring(answer.read())}
    except ElementTree.ParseError:
        return str(answer.status), answer.reason
    return found.get("Code", str(answer.status)), found.get("Message", answer.reason)


def parsed(answer: http.client.HTTPResponse) -> dict[str, Any]:
    """The document of an answer; empty where there is none. BrokenError for one that is not whole."""
    try:
        content = answer.read()
        return _members(ElementTree.fromstring(content)) if content else {}
    except (OSError, http.client.HTTPException, ElementTree.ParseError) as error:
        raise BrokenError from error


def _members(element: ElementTree.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in _pairs(element):
        if name in _LISTS:
            found.setdefault(_LISTS[name], []).append(value)
        else:
            found[name] = value
    return found


def _pairs(element: ElementTree.Element) -> Iterator[tuple[str, Any]]:
    for one in element:
        yield _name(one), _members(one) if len(one) else _value(_name(one), one.text or "")


def _value(name: str, text: str) -> Any:
    if name in _NUMBERS:
        return int(text)
    if name in _FLAGS:
        return text == "true"
    if name == "LastModified":
        return datetime.fromisoformat(text)
    return unquote_plus(text) if name in _QUOTED else text


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
