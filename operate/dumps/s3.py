"""S3: the client, with what R2 wants of it; an object onto this machine, continued and checked when it is whole;
and what a store's refusals mean, in sentences."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from operate.core.errors import PetbaseError
from operate.dumps.objects import Dump

_CHUNK = 1 << 20


class StoreError(PetbaseError):
    """The store refused, was not reached, or gave something else than was asked for."""


def client(
    endpoint: str, region: str, access_key_id: str, secret_access_key: str, session_token: str | None = None
) -> Any:
    """A client for one store with one key. boto3 makes its classes at run time."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            # R2 refuses the checksums that newer clients send by default.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=10,
            read_timeout=60,
            retries={"total_max_attempts": 3, "mode": "standard"},
            max_pool_connections=32,
        ),
    )


def fetch(client: Any, bucket: str, dump: Dump, target: IO[bytes], seen: Callable[[int], None]) -> None:
    """As Store.fetch says."""
    # An ETag is the MD5 of what was sent in one piece; of a multipart upload it ends in -N and is none.
    digest, size = hashlib.md5(usedforsecurity=False), 0
    target.seek(0)
    while chunk := target.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        seen(len(chunk))
    for chunk in _chunks(client, bucket, dump, size):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
        seen(len(chunk))
    target.flush()
    if size != dump.size or ("-" not in dump.etag and digest.hexdigest() != dump.etag):
        target.seek(0)
        target.truncate()
        raise StoreError(f"{dump.key} arrived damaged: {size} of {dump.size} bytes, or other ones. Try again.")


def _chunks(client: Any, bucket: str, dump: Dump, start: int) -> Iterator[bytes]:
    """The object from byte `start` on. A connection that breaks is made again for as long as bytes come."""
    from botocore.exceptions import BotoCoreError

    at, began = start, -1
    while at < dump.size and at > began:
        began = at
        only = {"Range": f"bytes={at}-", "IfMatch": f'"{dump.etag}"'} if at else {}
        body = client.get_object(Bucket=bucket, Key=dump.key, **only)["Body"]
        try:
            for chunk in body.iter_chunks(_CHUNK):
                at += len(chunk)
                yield chunk
            return
        except BotoCoreError:
            if at == began:
                raise


@contextmanager
def in_sentences(where: str, key: str = "", secrets: Sequence[str] = ()) -> Iterator[None]:
    """StoreError for what boto3 raises in the block. `where` names the bucket, `key` the object that is asked for.

    `secrets` are those of the stack file that open the store; none for R2, where `pulumi up` makes bucket and key.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as problem:
        raise StoreError(_refusal(problem.response, where, key, secrets)) from None
    except BotoCoreError as problem:
        name = type(problem).__name__
        raise StoreError(f"The bucket {where} was not reached ({name}); is this machine online?") from None


def _refusal(response: dict[str, Any], where: str, key: str, secrets: Sequence[str]) -> str:
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    code = response.get("Error", {}).get("Code", "")
    if code == "NoSuchBucket" or (status == 404 and not key):
        ours = "If it was removed by hand, this makes an empty one: pulumi refresh, pulumi up"
        return f"There is no bucket {where} (404). {'Look at its name in the stack file' if secrets else ours}"
    if status == 404:
        return f"There is no object {key} in {where} (404). Without --key the newest dump is taken."
    if code == "RequestTimeTooSkewed":
        return f"The clocks of this machine and of {where} differ too much ({status} {code}). Set this machine's clock"
    if status in (401, 403) and secrets:
        again = " and ".join(f"./petbase secrets set {name}" for name in secrets)
        return f"The bucket {where} refuses its key ({status} {code}). Run: {again}, then pulumi up"
    if status in (401, 403):
        return f"The bucket {where} refuses the stack's credentials ({status} {code}). Run: pulumi refresh, pulumi up"
    return f"The bucket {where} answered {status} {code}. Try again in a minute."
