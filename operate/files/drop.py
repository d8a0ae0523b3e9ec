"""The end of a bucket whose app has gone: a key for it, what is in it, then all of it, then the bucket.

The engine makes the key and deletes the bucket, in runs of those two resources alone. A run that was cut off is
finished by the same command.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from typer import Abort

from components.edits import bucket_drop
from host.bucket.record import AppBucket as Record
from host.bucket.record import ForgetBucket
from operate.core import confirm, terminal
from operate.core.errors import PetbaseError
from operate.dumps import s3
from operate.files.usage import contents
from operate.server import program
from operate.server.ssh import Connection
from operate.stack import engine, pulumi_cli, state
from operate.stack.app_outputs import AppBucket
from operate.stack.deployment import Engine

_AT_ONCE = 16


@dataclass(frozen=True)
class Drop:
    """One bucket of a stack."""

    stack: str
    deployment: Engine
    record: Record

    def opened(self) -> AppBucket:
        """The bucket with a key that was made for this."""
        terminal.note(f"making a key for {self.record.name}")
        self._run(bucket_drop.OPEN, bucket_drop.key_of_run(self.record.name))
        bucket = pulumi_cli.read(self.stack).dropped
        if bucket is None:
            raise PetbaseError(f"The run told no key for {self.record.name}. Try again.")
        return bucket

    def size(self, bucket: AppBucket) -> tuple[int, int]:
        """How many files there are, and how many bytes."""
        found = self._with(
            bucket, lambda client: [one["Size"] for page in contents(client, bucket.name) for one in page]
        )
        return len(found), sum(found)

    def empty(self, bucket: AppBucket) -> None:
        """Delete every file, and every upload that was not finished."""
        with terminal.working(f"emptying {bucket.name}"):
            self._with(bucket, lambda client: _empty(client, bucket.name))

    def delete(self) -> None:
        """Delete the bucket and the key."""
        terminal.note(f"deleting {self.record.name}")
        name = bucket_drop.bucket_of_run(self.record.name)
        self._run(bucket_drop.DELETE, name)
        self._end(name, bucket_drop.key_of_run(self.record.name))

    def close(self) -> None:
        """Delete the key."""
        self._end(bucket_drop.key_of_run(self.record.name))

    def _run(self, step: str, name: str) -> None:
        self.deployment.up_only([f"**::{name}"], {step: self.record.key})

    def _end(self, *names: str) -> None:
        if left := [one.urn for one in state.read(self.stack).resources if one.name in names]:
            self.deployment.up_only(left, {})

    def _with(self, bucket: AppBucket, do: Callable[[Any], Any]) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        client = s3.client(bucket.endpoint, bucket.region, bucket.access_key_id, bucket.secret_access_key)
        try:
            return do(client)
        except (ClientError, BotoCoreError) as problem:
            raise PetbaseError(f"The bucket {bucket.name} at {bucket.endpoint}: {problem}. Try again.") from None
        finally:
            client.close()


def drop(stack: str, connection: Connection, record: Record, *, yes: bool) -> None:
    """Show what is deleted, ask, and delete it. The key is deleted in any case; on a refusal nothing else is."""
    job = Drop(stack, engine.of(stack), record)
    bucket = job.opened()
    try:
        files, size = job.size(bucket)
        terminal.note(f"{stack} loses the bucket {bucket.name} of {record.app}: {files:,} files, {terminal.size(size)}")
        terminal.note("No dump holds files.")
        if not yes:
            confirm.type_name(bucket.name, "drop it for good", f"In a script: --yes --i-know {bucket.name}")
    except (PetbaseError, KeyboardInterrupt, Abort):
        job.close()
        raise
    job.empty(bucket)
    job.delete()
    program.call(pulumi_cli.read(stack), connection, ForgetBucket(record.name))
    terminal.result(f"The bucket {record.name} is gone.")


def _empty(client: Any, bucket: str) -> None:
    """One by one: R2 refuses the checksum of the call for many."""

    def remove(key: str) -> None:
        client.delete_object(Bucket=bucket, Key=key)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for page in contents(client, bucket):
            list(pool.map(remove, [one["Key"] for one in page]))
    for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
