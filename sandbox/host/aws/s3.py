"""`aws s3 cp`: between a file, `-` and the store."""

import base64
import http.client
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sandbox.host.aws.client import Client
from sandbox.host.aws.request import CallError, Request
from sandbox.host.aws.words import UsageError, Words

_OPTIONS = ("--expected-size", "--content-type", "--copy-props")
_SWITCHES = ("--only-show-errors", "--no-progress", "--quiet")
_PART = 8 << 20
_DOWNLOADS = 5  # attempts at a body, next to those at an answer
_Place = tuple[str, str] | None


def run(operation: str, rest: list[str]) -> int:
    """One command; 1 when a transfer failed."""
    words = Words()
    words.take(rest, _OPTIONS, _SWITCHES)
    if operation != "cp":
        raise UsageError(f"(stand-in) argument subcommand: '{operation}'; the sandbox knows s3 cp")
    paths = words.plain[2:]
    if len(paths) != 2:
        raise UsageError("(stand-in) the sandbox copies one object: aws s3 cp FROM TO")
    return _cp(Client.of(words), words, *paths)


def _place(word: str) -> _Place:
    """Bucket and key of `s3://BUCKET/KEY`; None for a path."""
    if not word.startswith("s3://"):
        return None
    bucket, _, key = word.removeprefix("s3://").partition("/")
    return bucket, key


def _cp(client: Client, words: Words, source: str, target: str) -> int:
    there, here = _place(source), _place(target)
    if there is None and here is None:
        raise UsageError("aws: error: Invalid argument type")
    what = "copy" if there and here else "download" if there else "upload"
    try:
        if there:
            # A key that is not there is a different error.
            client.send(Request("HeadObject", "HEAD", *there)).close()
    except CallError as error:
        sys.stderr.write(f"fatal error: {_fatal(str(error), there)}\n")
        return 1
    try:
        _transfer(client, words, source, target)
    except CallError as error:
        sys.stderr.write(f"{what} failed: {source} to {target} {error}\n")
        return 1
    if "-" not in (source, target) and not words.options.keys() & {"quiet", "only-show-errors"}:
        sys.stdout.write(f"{what}: {source} to {target}\n")
    return 0


def _fatal(text: str, there: _Place) -> str:
    if "(404)" not in text or not there:
        return text
    return text.removesuffix("Not Found") + f'Key "{there[1]}" does not exist'


def _transfer(client: Client, words: Words, source: str, target: str) -> None:
    there, here = _place(source), _place(target)
    if there and here:
        # In one go: the real one copies more than 8 MiB in parts.
        name = {"X-Amz-Copy-Source": "/".join(there)}
        client.send(Request("CopyObject", "PUT", *_named(here, there[1]), headers=name)).read()
    elif there and target == "-":
        _download(client, there, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif there:
        path = Path(target) / Path(there[1]).name if Path(target).is_dir() else Path(target)
        beside = path.with_name(f"{path.name}.part")
        with beside.open("wb") as file:
            _download(client, there, file)
        beside.rename(path)
    elif here:
        kind = {"Content-Type": words.options["content-type"]} if "content-type" in words.options else {}
        with sys.stdin.buffer if source == "-" else Path(source).open("rb") as file:
            upload(client, _named(here, source), file, kind)


def _named(here: tuple[str, str], source: str) -> tuple[str, str]:
    """A target that ends in a slash, or names the bucket alone, takes the source's name."""
    bucket, key = here
    return bucket, key + Path(source).name if not key or key.endswith("/") else key


def _download(client: Client, there: tuple[str, str], target: IO[bytes]) -> None:
    """Where a body breaks off, the next one goes on."""
    written = 0
    for _ in range(_DOWNLOADS):
        answer = client.send(Request("GetObject", "GET", *there))
        try:
            answer.read(written)
            while part := answer.read(1 << 20):
                target.write(part)
                written += len(part)
            if not answer.length:
                return
        except (OSError, http.client.HTTPException):
            continue
    raise CallError("Max Retries Exceeded")


def upload(client: Client, here: tuple[str, str], source: IO[bytes], headers: dict[str, str]) -> None:
    """In parts where it is more than one."""
    first, rest = source.read(_PART), source.read(_PART)
    if not rest:
        client.send(Request("PutObject", "PUT", *here, headers={**headers, **_checksum(first)}, body=first)).read()
        return
    started = Request("CreateMultipartUpload", "POST", *here, query={"uploads": ""}, headers=headers)
    upload = {"uploadId": client.document(started)["UploadId"]}
    try:
        rows = "".join(_parts(client, here, upload, source, [first, rest]))
        body = f"<CompleteMultipartUpload>{rows}</CompleteMultipartUpload>".encode()
        client.send(Request("CompleteMultipartUpload", "POST", *here, query=upload, body=body)).read()
    except CallError:
        client.send(Request("AbortMultipartUpload", "DELETE", *here, query=upload)).read()
        raise


def _parts(
    client: Client, here: tuple[str, str], upload: dict[str, str], source: IO[bytes], parts: list[bytes]
) -> Iterator[str]:
    number = 0
    while parts or (part := source.read(_PART)):
        part = parts.pop(0) if parts else part
        number += 1
        query = {"partNumber": str(number), **upload}
        answer = client.send(Request("UploadPart", "PUT", *here, query=query, headers=_checksum(part), body=part))
        answer.read()
        yield f"<Part><PartNumber>{number}</PartNumber><ETag>{answer.headers['ETag']}</ETag></Part>"


def _checksum(content: bytes) -> dict[str, str]:
    """What aws-cli sends unless it is told not to; R2 refuses it."""
    if os.environ.get("AWS_REQUEST_CHECKSUM_CALCULATION") == "when_required":
        return {}
    sum32 = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    return {"X-Amz-Sdk-Checksum-Algorithm": "CRC32", "X-Amz-Checksum-CRC32": sum32}
