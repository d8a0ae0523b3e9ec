"""One request to the store and its answer, free of HTTP's machinery, and the XML that both speak."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from sandbox.store.account import Token
from sandbox.store.http.errors import S3Error

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
Field = tuple[str, "str | int | list[Field]"]


@dataclass(frozen=True)
class Body:
    """What the client sent, on disk, with its digests in hex."""

    path: Path
    size: int
    md5: str
    sha256: str


@dataclass(frozen=True)
class Request:
    """A request that was signed by `token`; header names in lower case, `now` in seconds since 1970."""

    root: Path
    method: str
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Body
    token: Token
    now: float


@dataclass(frozen=True)
class Response:
    """An answer; `file`, when there, is sent from its current position for `size` bytes, and closed by the server."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    file: BinaryIO | None = None
    size: int = 0


def xml(name: str, fields: Iterable[Field]) -> Response:
    """A 200 with an XML document of this root."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{NAMESPACE}">{_inner(fields)}</{name}>'
    return Response(200, {"content-type": "application/xml"}, text.encode())


def parse(body: Body) -> ElementTree.Element:
    """The XML document a client sent, its namespace taken off. S3Error MalformedXML."""
    text = body.path.read_bytes()
    try:
        if b"<!DOCTYPE" in text:  # no entities: a small document could grow to gigabytes
            raise ElementTree.ParseError("document type")
        document = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise S3Error("MalformedXML", "The XML you provided was not well formed.") from error
    for element in document.iter():
        element.tag = element.tag.rpartition("}")[2]
    return document


def iso(at: float) -> str:
    """A time as in S3's XML."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def http_date(at: float) -> str:
    """A time as in HTTP's headers."""
    return formatdate(at, usegmt=True)


def _inner(fields: Iterable[Field]) -> str:
    return "".join(f"<{name}>{_text(value)}</{name}>" for name, value in fields)


def _text(value: "str | int | list[Field]") -> str:
    return _inner(value) if isinstance(value, list) else escape(str(value))
