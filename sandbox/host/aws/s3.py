"""`aws s3`: cp between a file, `-` and the store, ls and rm of one object or a prefix."""

import sys
from datetime import UTC
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.host.aws import client
from sandbox.host.aws.words import UsageError, Words

_OPTIONS = ("--expected-size", "--content-type", "--copy-props")
_SWITCHES = ("--only-show-errors", "--no-progress", "--quiet", "--recursive", "--human-readable", "--summarize")


_Place = tuple[str, str] | None
# s3transfer 0.19.3 stands still for ever after ten parts of a stream where response checksums are `when_required`: the
# first part waits for a place that it holds itself. The real aws has its own copy, which asks for the size first
# (aws/aws-cli, awscli/s3transfer/download.py, 03971c2).
_IN_ONE_GO = {"multipart_threshold": 5 << 30, "multipart_chunksize": 5 << 30}


class _Stream:
    """Standard input or output without seek, so that what comes goes on in order."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)

    def write(self, data: bytes) -> int:
        return self._stream.write(data)


def run(operation: str, rest: list[str]) -> int:
    """One command; 1 when a transfer failed."""
    words = Words()
    words.take(rest, _OPTIONS, _SWITCHES)
    verbs = {"cp": _cp, "ls": _ls, "rm": _rm}
    if operation not in verbs:
        raise UsageError(f"(stand-in) argument subcommand: '{operation}'; the sandbox knows s3 {', '.join(verbs)}")
    return verbs[operation](client.s3(words), words, words.plain[2:])


def _place(word: str) -> _Place:
    """Bucket and key of `s3://BUCKET/KEY`; None for a path."""
    if not word.startswith("s3://"):
        return None
    bucket, _, key = word.removeprefix("s3://").partition("/")
    return bucket, key


def _cp(s3: Any, words: Words, paths: list[str]) -> int:
    from s3transfer.exceptions import RetriesExceededError  # type: ignore[import-untyped]  # comes with boto3

    if len(paths) != 2 or "recursive" in words.options:
        raise UsageError("(stand-in) the sandbox copies one object: aws s3 cp FROM TO")
    source, target = paths
    there, here = _place(source), _place(target)
    if there is None and here is None:
        raise UsageError("aws: error: Invalid argument type")
    what = "copy" if there and here else "download" if there else "upload"
    try:
        if there:
            # The real one asks first, and a key that is not there is a different error.
            s3.head_object(Bucket=there[0], Key=there[1])
        kept = {"ContentType": words.options["content-type"]} if "content-type" in words.options else None
        _transfer(s3, there, here, source, target, kept=kept)
    except (ClientError, BotoCoreError, RetriesExceededError) as error:
        if getattr(error, "operation_name", "") == "HeadObject":
            return _fatal(error, there)
        sys.stderr.write(f"{what} failed: {source} to {target} {error}\n")
        return 1
    if "-" not in paths and not words.options.keys() & {"quiet", "only-show-errors"}:
        sys.stdout.write(f"{what}: {source} to {target}\n")
    return 0


def _fatal(error: Any, there: _Place) -> int:
    text = str(error)
    if error.response["Error"]["Code"] == "404" and there:
        text = text.removesuffix("Not Found") + f'Key "{there[1]}" does not exist'
    sys.stderr.write(f"fatal error: {text}\n")
    return 1


def _transfer(s3: Any, there: _Place, here: _Place, source: str, target: str, *, kept: dict[str, str] | None) -> None:
    from s3transfer.manager import TransferConfig, TransferManager  # type: ignore[import-untyped]

    settings = TransferConfig(**_IN_ONE_GO) if there and target == "-" else None
    with TransferManager(s3, settings) as manager:
        if there and here:
            manager.copy({"Bucket": there[0], "Key": there[1]}, *_named(here, there[1])).result()
        elif there:
            folder = Path(target)
            file = str(folder / Path(there[1]).name if folder.is_dir() else folder)
            manager.download(*there, _Stream(sys.stdout.buffer) if target == "-" else file).result()
            sys.stdout.buffer.flush()
        elif here:
            content = _Stream(sys.stdin.buffer) if source == "-" else source
            manager.upload(content, *_named(here, source), kept).result()


def _named(here: tuple[str, str], source: str) -> tuple[str, str]:
    """A target that ends in a slash, or names the bucket alone, takes the source's name."""
    bucket, key = here
    return bucket, key + Path(source).name if not key or key.endswith("/") else key


def _ls(s3: Any, words: Words, paths: list[str]) -> int:
    """1 when there is nothing, as the real one."""
    bucket, prefix = (_place(paths[0]) if paths else None) or ("", "")
    if not bucket:
        raise UsageError("(stand-in) the sandbox lists one bucket: aws s3 ls s3://BUCKET/[PREFIX]")
    split = {} if "recursive" in words.options else {"Delimiter": "/"}
    found = False
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, **split):
        for group in page.get("CommonPrefixes", []):
            sys.stdout.write(f"{'PRE':>30} {_short(group['Prefix'], prefix, words)}\n")
        for one in page.get("Contents", []):
            when = one["LastModified"].astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            sys.stdout.write(f"{when} {one['Size']:>10} {_short(one['Key'], prefix, words)}\n")
        found = found or bool(page.get("KeyCount"))
    return 0 if found else 1


def _short(key: str, prefix: str, words: Words) -> str:
    return key if "recursive" in words.options else key[prefix.rfind("/") + 1 :]


def _rm(s3: Any, words: Words, paths: list[str]) -> int:
    place = _place(paths[0]) if paths else None
    if place is None or "recursive" in words.options:
        raise UsageError("(stand-in) the sandbox removes one object: aws s3 rm s3://BUCKET/KEY")
    try:
        s3.delete_object(Bucket=place[0], Key=place[1])
    except (ClientError, BotoCoreError) as error:
        sys.stderr.write(f"delete failed: {paths[0]} {error}\n")
        return 1
    if not words.options.keys() & {"quiet", "only-show-errors"}:
        sys.stdout.write(f"delete: {paths[0]}\n")
    return 0
