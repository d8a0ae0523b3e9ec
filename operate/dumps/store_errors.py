"""What a store's refusals mean, in sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from operate.core.errors import PetbaseError


class StoreError(PetbaseError):
    """The store refused, was not reached, or gave something else than was asked for."""


@contextmanager
def in_sentences(where: str, key: str = "") -> Iterator[None]:
    """StoreError for what boto3 raises in the block. `where` names the bucket, `key` the object that is asked for."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as problem:
        raise StoreError(_refusal(problem.response, where, key)) from None
    except BotoCoreError as problem:
        name = type(problem).__name__
        raise StoreError(f"The bucket {where} was not reached ({name}); is this machine online?") from None


def _refusal(response: dict[str, Any], where: str, key: str) -> str:
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    code = response.get("Error", {}).get("Code", "")
    if code == "NoSuchBucket" or (status == 404 and not key):
        return f"There is no bucket {where} (404). pulumi up makes it; was it removed by hand?"
    if status == 404:
        return f"There is no object {key} in {where} (404). Without --key the newest dump is taken."
    if status in (401, 403):
        return f"The bucket {where} refuses the stack's credentials ({status} {code}). Run: pulumi refresh, pulumi up"
    return f"The bucket {where} answered {status} {code}. Try again in a minute."
