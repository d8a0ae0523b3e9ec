"""One file into the bucket: in one piece, or in parts, which an interrupted run continues."""

import base64
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from operate.dumps.s3 import StoreError
from operate.imports.files.items import ChangedError, Opened, Source
from operate.imports.files.plan import Copy
from operate.imports.files.target import SOURCE, FileRefusedError, Target
from operate.imports.files.unfinished import Unfinished, Upload

Moved = Callable[[int], None]
"""Gets the bytes of each part that is in the bucket. What it raises ends an upload between two parts."""


@dataclass(frozen=True)
class Sending:
    """One file on its way. Until it is whole, the bucket has what it had under that key."""

    source: Source
    target: Target
    copy: Copy
    unfinished: Unfinished
    moved: Moved

    def run(self) -> None:
        """ChangedError, FileRefusedError, StoreError, SourceError, OSError."""
        fingerprint = self.source.fingerprint(self.copy.file)
        with self.source.open(self.copy.file) as opened:
            metadata = {**opened.headers.get("Metadata", {}), SOURCE: fingerprint}
            headers = {**opened.headers, "Metadata": metadata}
            if self.copy.file.parts == 1:
                self._whole(opened, headers)
            else:
                self._in_parts(opened, headers, fingerprint)

    @property
    def _key(self) -> str:
        return self.target.key(self.copy.file.key)

    @property
    def _place(self) -> dict[str, str]:
        return {"Bucket": self.target.bucket.name, "Key": self._key}

    @property
    def _condition(self) -> dict[str, str]:
        return dict(self.target.condition(self.copy.there.etag if self.copy.there else None))

    def _whole(self, opened: Opened, headers: dict[str, Any]) -> None:
        content = opened.part(1)
        opened.require_unchanged()
        with self.target.sentences():
            self.target.client.put_object(**self._place, **_body(content), **headers, **self._condition)
        self.moved(len(content))

    def _in_parts(self, opened: Opened, headers: dict[str, Any], fingerprint: str) -> None:
        upload, there = self._begun(headers, fingerprint)
        try:
            parts = [self._part(opened, upload, number + 1, there) for number in range(self.copy.file.parts)]
            opened.require_unchanged()
            with self.target.sentences():
                self.target.client.complete_multipart_upload(
                    **self._place, UploadId=upload.id, MultipartUpload={"Parts": parts}, **self._condition
                )
        except (ChangedError, FileRefusedError):
            self._abort(upload)
            raise
        self.unfinished.ended(self._key)

    def _part(self, opened: Opened, upload: Upload, number: int, there: dict[int, dict[str, Any]]) -> dict[str, Any]:
        """Its number and ETag. What an interrupted run sent is not read again: the store had its MD5."""
        found = there.get(number)
        if found is None:
            content = opened.part(number)
            with self.target.sentences():
                found = self.target.client.upload_part(
                    **self._place, **_body(content), UploadId=upload.id, PartNumber=number
                )
        self.moved(min(self.copy.file.part_size, self.copy.file.size - (number - 1) * self.copy.file.part_size))
        return {"PartNumber": number, "ETag": found["ETag"]}

    def _begun(self, headers: dict[str, Any], fingerprint: str) -> tuple[Upload, dict[int, dict[str, Any]]]:
        """The upload to continue with its parts, or a new one."""
        known = self.unfinished.known.get(self._key)
        if known and known.fingerprint == fingerprint:
            with suppress(StoreError, FileRefusedError), self.target.sentences():
                pages = self.target.client.get_paginator("list_parts").paginate(**self._place, UploadId=known.id)
                return known, {part["PartNumber"]: part for page in pages for part in page.get("Parts", [])}
        elif known:
            self._abort(known)
        with self.target.sentences():
            begun = self.target.client.create_multipart_upload(**self._place, **headers)
        fresh = Upload(begun["UploadId"], fingerprint)
        self.unfinished.begun(self._key, fresh)
        return fresh, {}

    def _abort(self, upload: Upload) -> None:
        with suppress(ClientError):
            self.target.client.abort_multipart_upload(**self._place, UploadId=upload.id)
        self.unfinished.ended(self._key)


def _body(content: bytes) -> dict[str, Any]:
    """The store refuses a content that is another one when it arrives."""
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return {"Body": content, "ContentMD5": base64.b64encode(digest).decode()}
