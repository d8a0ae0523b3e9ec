"""The files of a bucket at another store, or of a folder in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from components.dokku import shell
from operate.core.errors import RefusedError
from operate.files.usage import contents
from operate.imports.files.items import ChangedError, File, Found, LeftOut, problem_of_key

# What is asleep there must be woken there first; S3 calls it so in its listing.
_ASLEEP = ("GLACIER", "DEEP_ARCHIVE")
# What a store calls a bucket that is in another region.
_ELSEWHERE = ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException")
_KEPT = ("ContentType", "ContentEncoding", "ContentDisposition", "ContentLanguage", "CacheControl", "Metadata")


@dataclass(frozen=True)
class OtherBucket:
    """A bucket by its client; `prefix` ends in a slash, or is ""."""

    name: str
    prefix: str
    endpoint: str
    region: str
    client: Any = field(repr=False)

    @property
    def title(self) -> str:
        """Without its key."""
        return f"s3://{self.name}/{self.prefix}".rstrip("/") + f" at {self.endpoint}"

    @property
    def option(self) -> str:
        """To repeat it: the key comes by the environment again."""
        place = shell.line("--files", f"s3://{self.name}/{self.prefix}".rstrip("/"))
        return f"{place} {shell.line('--files-endpoint', self.endpoint, '--files-region', self.region)}"

    def find(self) -> Found:
        """RefusedError where the store does not say."""
        files: list[File] = []
        left_out: list[LeftOut] = []
        with in_sentences(self.title):
            for page in contents(self.client, self.name, self.prefix):
                for one in page:
                    found = self._looked_at(one)
                    files.append(found) if isinstance(found, File) else left_out.append(found)
        return Found(files, left_out)

    def fingerprint(self, file: File) -> str:
        """Its ETag, which is of other parts than ours where it came in several."""
        return file.etag

    @contextmanager
    def open(self, file: File) -> Iterator["_OpenObject"]:
        """PetbaseError where the store refuses."""
        with in_sentences(self.title):
            first = self._get(file, 1)
            headers = {name: first[name] for name in _KEPT if first.get(name)}
            yield _OpenObject(self, file, headers, first["Body"].read())

    def _get(self, file: File, number: int) -> Any:
        """The answer with one part. ChangedError where the object is another one, or gone."""
        at, end = (number - 1) * file.part_size, min(file.size, number * file.part_size)
        only = {"Range": f"bytes={at}-{end - 1}"} if file.parts > 1 else {}
        try:
            answer = self.client.get_object(Bucket=self.name, Key=f"{self.prefix}{file.key}", **only)
        except ClientError as problem:
            if problem.response.get("Error", {}).get("Code") in ("NoSuchKey", "404", "InvalidRange"):
                raise ChangedError from None
            raise
        # Not If-Match: not every store has it.
        if answer["ETag"].strip('"') != file.etag or answer["ContentLength"] != end - at:
            raise ChangedError
        return answer

    def _looked_at(self, one: Mapping[str, Any]) -> File | LeftOut:
        key = str(one["Key"])
        name = key.removeprefix(self.prefix)
        if one.get("StorageClass") in _ASLEEP:
            return LeftOut(key, f"is in the storage class {one['StorageClass']}; restore it there first")
        if not name:
            return LeftOut(key, "is the folder itself")
        if why := problem_of_key(name):
            return LeftOut(key, why)
        return File(name, one["Size"], one["LastModified"].timestamp(), one["ETag"].strip('"'))


@dataclass(frozen=True)
class _OpenObject:
    source: OtherBucket
    file: File
    headers: Mapping[str, Any]
    first: bytes = field(repr=False)

    def part(self, number: int) -> bytes:
        if number == 1:
            return self.first
        content: bytes = self.source._get(self.file, number)["Body"].read()
        return content

    def require_unchanged(self) -> None:
        """Each part was of this ETag."""


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
