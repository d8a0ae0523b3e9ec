"""How full the apps' buckets are, by their own keys."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from operate.core import terminal
from operate.dumps import s3
from operate.dumps.s3 import StoreError
from operate.dumps.store import Store
from operate.stack.app_outputs import AppBucket
from operate.stack.outputs import Stack

_PAGES, _AT_ONCE, _PATIENCE_SECONDS = 50, 8, 10
"""A page is a thousand files. For larger buckets, Cloudflare's dashboard has the number."""


@dataclass(frozen=True)
class Usage:
    """One app's bucket. `counted_all` is False where there are more files than were counted. `problem`: why it does
    not open, "" where it does. `secrets` are the stack file's that open it; none for one that Petbase made. `shut_out`
    are pages that its rules for browsers should let in, and do not.
    """

    app: str
    bucket: str
    bytes: int = 0
    files: int = 0
    counted_all: bool = True
    problem: str = ""
    secrets: tuple[str, ...] = ()
    shut_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.problem:
            return f"{self.bucket} ({self.app}) does not open: {self.problem}"
        more = "" if self.counted_all else "more than "
        files = terminal.counted(self.files, "file")
        return f"{self.bucket} ({self.app}) holds {more}{terminal.size(self.bytes)} in {more}{files}"


def of(stack: Stack) -> list[Usage]:
    """Of every app that has a bucket in R2, side by side."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda one: _of(*one), stack.buckets.items()))


def looked_at(stack: Stack) -> list[Usage]:
    """The same of all buckets, the users' own among them, and which pages R2's rules shut out."""
    buckets = {name: app.bucket for name, app in stack.apps.items() if app.bucket}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda one: _with_rules(*one), buckets.items()))


def _with_rules(app: str, bucket: AppBucket) -> Usage:
    found = _of(app, bucket)
    if found.problem:
        return found
    return replace(found, shut_out=tuple(origin for origin in bucket.origins if not _lets_in(bucket, origin)))


def _lets_in(bucket: AppBucket, origin: str) -> bool:
    """Whether the store tells a browser that a page may upload; a store that is not reached is taken to allow it."""
    asks = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    request = Request(f"{bucket.endpoint}/{bucket.name}/petbase", headers=asks, method="OPTIONS")
    try:
        with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
            return answer.headers.get("Access-Control-Allow-Origin") in (origin, "*")
    except HTTPError as problem:
        return problem.code != HTTPStatus.FORBIDDEN
    except OSError:
        return True


def of_dumps(stack: Stack) -> int:
    """Bytes that the dumps take in R2: 0 where they are elsewhere, or do not open."""
    if stack.backups.store != "r2":
        return 0
    with suppress(StoreError), Store(stack) as store:
        return sum(one.size for one in store.objects())
    return 0


def contents(client: Any, bucket: str, prefix: str = "") -> Iterable[list[dict[str, Any]]]:
    """The objects of a bucket whose keys begin so, a page at a time."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (page.get("Contents", []) for page in pages)


def _of(app: str, bucket: AppBucket) -> Usage:
    from botocore.exceptions import BotoCoreError, ClientError

    usage = partial(Usage, app, bucket.name, secrets=bucket.secrets)
    client = s3.client(bucket.endpoint, bucket.region, bucket.access_key_id, bucket.secret_access_key)
    try:
        pages = list(islice(contents(client, bucket.name), _PAGES + 1))
    except ClientError as problem:
        return usage(problem=str(problem.response.get("Error", {}).get("Code", "refused")))
    except BotoCoreError as problem:
        return usage(problem=f"not reached ({type(problem).__name__})")
    finally:
        client.close()
    found = [one["Size"] for page in pages[:_PAGES] for one in page]
    return usage(sum(found), len(found), len(pages) <= _PAGES)
