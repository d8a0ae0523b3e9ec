"""An app's own bucket, as files come into it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from operate.dumps import s3
from operate.dumps.objects import Object
from operate.dumps.s3 import in_sentences
from operate.files.usage import contents
from operate.stack.app_outputs import AppBucket

SOURCE = "petbase-source"
"""The metadata that says of which source's file a copy is, for ETags that cannot: those of several parts."""


_OF_ALL = (401, 403, 408, 429)
"""Statuses of a refusal that is not about one file."""


class FileRefusedError(Exception):
    """The bucket does not take this file; its text says why. Others may come."""


@dataclass(frozen=True)
class Target:
    """`folder` is where the files go in the bucket, with its slash, or ""."""

    bucket: AppBucket
    folder: str
    client: Any = field(repr=False)

    def find(self) -> list[Object]:
        """Everything that the bucket holds."""
        with self.sentences():
            pages = list(contents(self.client, self.bucket.name))
        return [
            Object(one["Key"], one["Size"], one["LastModified"], one["ETag"].strip('"'))
            for page in pages
            for one in page
        ]

    def key(self, name: str) -> str:
        """Where a file of the source goes."""
        return f"{self.folder}{name}"

    def source_of(self, key: str) -> str:
        """The fingerprint of the file that a copy was made of; "" for a file that did not come so."""
        with suppress(FileRefusedError), self.sentences():
            head = self.client.head_object(Bucket=self.bucket.name, Key=key)
            return str(head.get("Metadata", {}).get(SOURCE, ""))
        return ""

    def condition(self, there: str | None) -> Mapping[str, str]:
        """What R2 is to hold against a file that the app writes meanwhile; `there` is the ETag that is replaced. Not
        every other store knows it.
        """
        if not self.bucket.key:
            return {}
        return {"IfMatch": f'"{there}"'} if there else {"IfNoneMatch": "*"}

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """StoreError or FileRefusedError for what the store refuses in the block."""
        with in_sentences(f"{self.bucket.name} at {self.bucket.endpoint}", secrets=self.bucket.secrets):
            try:
                yield
            except ClientError as problem:
                if why := _about_one_file(problem.response):
                    raise FileRefusedError(why) from None
                raise


def opened(bucket: AppBucket, folder: str) -> Target:
    """With the app's own key."""
    client = s3.client(bucket.endpoint, bucket.region, bucket.access_key_id, bucket.secret_access_key)
    return Target(bucket, folder, client)


def _about_one_file(response: Mapping[str, Any]) -> str:
    """Why this file is refused; "" where it is not about this one."""
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = response.get("Error", {}).get("Code", "")
    if status == 412:
        return "the app wrote it meanwhile, and it stays as it is there"
    one_file = 400 <= status < 500 and status not in _OF_ALL and code != "NoSuchBucket"
    return f"the bucket refuses it ({status} {code})" if one_file else ""
