"""What the refusals of another store mean, in sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from operate.core.errors import RefusedError

_ELSEWHERE = ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException")


class SourceError(RefusedError):
    """The source cannot be read."""


@contextmanager
def in_sentences(title: str) -> Iterator[None]:
    """SourceError for what boto3 raises in the block. `title` names the source."""
    try:
        yield
    except ClientError as problem:
        raise SourceError(_refusal(problem.response, title)) from None
    except BotoCoreError as problem:
        raise SourceError(
            f"{title} was not reached ({type(problem).__name__}). Look at --files-endpoint, and whether this machine "
            "is online."
        ) from None


def _refusal(response: dict[str, Any], title: str) -> str:
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    error = response.get("Error", {})
    code = error.get("Code", "")
    if code in _ELSEWHERE:
        region = error.get("Region") or response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(
            "x-amz-bucket-region", "REGION"
        )
        return f"{title} is in another region. Add: --files-region {region}"
    if status == 404:
        return f"There is no bucket {title} ({status} {code})."
    if status in (401, 403):
        return (
            f"{title} refuses the key ({status} {code}). It needs the rights to list the bucket and to read its files."
        )
    return f"{title} answered {status} {code}. Try again in a minute."
