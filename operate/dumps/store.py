"""The bucket of the dumps, by S3, with the token that opens it and no other."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import IO

from components.config.values.secret_keys import (
    COPY_ACCESS_KEY_ID,
    COPY_SECRET_ACCESS_KEY,
    S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY,
)
from host.dumps.claim import Claims, claim_at, object_name, parse
from host.dumps.dump import SAFETY, VERIFIED, made_at
from operate.dumps import s3
from operate.dumps.objects import Dump, Object
from operate.dumps.s3 import StoreError, in_sentences
from operate.stack.outputs import Stack

_OPEN = 3600  # seconds


class Store:
    """One stack's bucket, seen from the user's machine."""

    def __init__(self, stack: Stack) -> None:
        self.spec, self.service, self.stack = stack.backups, stack.service, stack.name
        self._secrets = _secrets(stack)
        spec = stack.backups
        self._client = s3.client(spec.endpoint, spec.region, spec.access_key_id, spec.secret_access_key)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def dumps(self) -> list[Dump]:
        """The service's dumps, newest first by the time in the name. One whose own object is gone, as after many days
        of failures, is there by its copy in verified/.
        """
        claims, found = self._claims(), dict[str, Dump]()
        for folder in (self.spec.prefix, f"{self.spec.prefix}{VERIFIED}", f"{self.spec.prefix}{SAFETY}"):
            for one in self.objects(f"{folder}postgres-{self.service}-"):
                name = one.key.removeprefix(folder)
                if name not in found and (made := self.made_at(name)):
                    made = min(made, one.modified)
                    claim = claim_at(claims, made.timestamp())
                    counts = not folder.endswith(SAFETY) and (claim is None or claim.stack == self.stack)
                    found[name] = Dump(one.key, one.size, made, one.etag, counts)
        return sorted(found.values(), key=lambda dump: (dump.made, dump.key), reverse=True)

    def _claims(self) -> Claims:
        """Whose dumps are in the bucket, as the servers wrote it down."""
        key = f"{self.spec.prefix}{object_name(self.service)}"
        return parse(self.read(key).decode(errors="replace")) if self.objects(key) else ()

    def objects(self, prefix: str = "") -> list[Object]:
        """Everything whose key begins so, in the order of keys."""
        with self._sentences():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.spec.bucket, Prefix=prefix)
            items = [item for page in pages for item in page.get("Contents", [])]
        return [Object(item["Key"], item["Size"], item["LastModified"], item["ETag"].strip('"')) for item in items]

    def read(self, key: str) -> bytes:
        """A small object, whole."""
        with self._sentences(key):
            body: bytes = self._client.get_object(Bucket=self.spec.bucket, Key=key)["Body"].read()
        return body

    def put(self, key: str, body: bytes) -> None:
        """A small object; the stack's own keys may only read."""
        with self._sentences(key):
            self._client.put_object(Bucket=self.spec.bucket, Key=key, Body=body)

    def remove(self, key: str) -> None:
        """One object; none of that name is well too. One by one: R2 refuses the checksum of the call for many."""
        with self._sentences(key):
            self._client.delete_object(Bucket=self.spec.bucket, Key=key)

    def made_at(self, name: str) -> datetime | None:
        """The time in the name of a dump of this service (a key without its path); None for any other name."""
        return made_at(self.service, name)

    def find(self, key: str | None) -> Dump:
        """The dump of this key, or the newest. StoreError when there is none."""
        dumps = self.dumps()
        if key is None:
            if newest := next((dump for dump in dumps if dump.counts), None):
                return newest
            raise StoreError(
                f"No dump of {self.service} in {self.spec.target} yet{_others(dumps)}. Make one: ./petbase backup"
            )
        if found := next((dump for dump in dumps if key in (dump.key, dump.name)), None):
            return found
        with self._sentences(key):
            head = self._client.head_object(Bucket=self.spec.bucket, Key=key)
        return Dump(key, head["ContentLength"], head["LastModified"], head["ETag"].strip('"'))

    def address(self, dump: Dump) -> str:
        """A URL that lets anyone read this one object, for an hour: a secret."""
        asked = {"Bucket": self.spec.bucket, "Key": dump.key}
        address: str = self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=_OPEN)
        return address

    def fetch(self, dump: Dump, target: IO[bytes], seen: Callable[[int], None] = lambda _: None) -> None:
        """Bring `target` to hold the whole object, checked by its size and its ETag; `seen` gets each chunk's bytes.

        What `target` holds is taken for the object's beginning. StoreError: it keeps what came, or, damaged, nothing.
        """
        with self._sentences(dump.key):
            s3.fetch(self._client, self.spec.bucket, dump, target, seen)

    def _sentences(self, key: str = "") -> AbstractContextManager[None]:
        return in_sentences(f"{self.spec.bucket} at {self.spec.endpoint}", key, self._secrets)


def _secrets(stack: Stack) -> tuple[str, ...]:
    """The stack file's secrets that open the store of the dumps; none where it is R2 and `pulumi up` made its key."""
    if stack.is_at_copy:
        return (COPY_ACCESS_KEY_ID, COPY_SECRET_ACCESS_KEY)
    return (S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY) if stack.backups.store == "s3" else ()


def _others(dumps: list[Dump]) -> str:
    """What is there that is taken only where it is named."""
    return f"; {dumps[0].key} was made before a restore, or by another stack (--key KEY takes it)" if dumps else ""
