"""What the pretend R2 account holds, as files: buckets, their rules, and tokens.

Part of a stand-in. The cloudflare provider's stand-in writes here, the store's server reads here at each request, so
nothing has to be restarted. `root` is the store's own directory (`.sandbox/store`), never the sandbox's. Rules keep the
shape and the names of the provider's schema (`r2BucketLock`, `r2BucketLifecycle`); every age in them is in seconds.

    root/buckets/NAME/{bucket,lifecycle,lock}.json  root/buckets/NAME/{objects,uploads}/  root/tokens/ID.json
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Rule = Mapping[str, Any]

# R2's own rule for a new bucket; a lifecycle PUT replaces it like any other
# (developers.cloudflare.com/r2/buckets/object-lifecycles).
DEFAULT_LIFECYCLE: Sequence[Rule] = (
    {
        "id": "Default Multipart Abort Rule",
        "enabled": True,
        "conditions": {"prefix": ""},
        "abortMultipartUploadsTransition": {"condition": {"type": "Age", "maxAge": 604800}},
    },
)
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_TOKEN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class AccountError(Exception):
    """An operation that R2 would refuse; `code` is the S3 word for it, `number` Cloudflare's."""

    def __init__(self, code: str, number: int, message: str) -> None:
        super().__init__(message)
        self.code, self.number = code, number


@dataclass(frozen=True)
class Token:
    """A bucket-scoped token: its S3 secret, the one bucket it opens, whether it may write there, and from where.

    `delete`: whether one that writes deletes too. R2 has no other; Backblaze's keys without deleteFiles are such.
    `only_from` (networks; empty is anywhere) is kept and not held against anybody: on loopback all come from 127.0.0.1.
    """

    token_id: str
    secret: str
    bucket: str
    write: bool
    only_from: Sequence[str] = ()
    delete: bool = True


def bucket_dir(root: Path, name: str) -> Path:
    """Where a bucket lives. AccountError InvalidBucketName (10005), so a name never leaves the directory."""
    if not _BUCKET_NAME.fullmatch(name):
        raise AccountError("InvalidBucketName", 10005, f"The specified bucket name is not valid: {name}")
    return root / "buckets" / name


def create_bucket(root: Path, name: str) -> None:
    """Make an empty bucket. AccountError BucketConflict (10073) when it is there."""
    path = bucket_dir(root, name)
    if (path / "bucket.json").exists():
        raise AccountError("BucketConflict", 10073, f"The bucket {name} already exists, and you own it.")
    for part in ("objects", "uploads"):
        (path / part).mkdir(parents=True, exist_ok=True)
    write_json(path / "lifecycle.json", list(DEFAULT_LIFECYCLE))
    write_json(path / "bucket.json", {"created": datetime.now(UTC).isoformat()})


def delete_bucket(root: Path, name: str) -> None:
    """Remove a bucket. AccountError NoSuchBucket (10006), or BucketNotEmpty (10008) while it holds an object."""
    path = bucket_dir(root, name)
    require_bucket(root, name)
    if any((path / "objects").iterdir()):
        raise AccountError("BucketNotEmpty", 10008, f"The bucket {name} is not empty.")
    (path / "bucket.json").unlink()
    for directory in (*(path / "uploads").iterdir(), path / "objects", path / "uploads", path):
        for file in directory.iterdir():
            if file.is_file():
                file.unlink()
        directory.rmdir()


def buckets(root: Path) -> list[str]:
    """The names of all buckets, sorted."""
    return sorted(file.parent.name for file in (root / "buckets").glob("*/bucket.json"))


def put_token(
    root: Path,
    token_id: str,
    secret: str,
    bucket: str,
    write: bool,
    *,
    only_from: Sequence[str] = (),
    delete: bool = True,
) -> None:
    """Make or replace a token; `secret` is the S3 secret, i.e. the SHA-256 of the token's value in lowercase hex."""
    held: dict[str, Any] = {"secret": secret, "bucket": bucket, "write": write, "delete": delete}
    write_json(_token_file(root, token_id), held | ({"only_from": list(only_from)} if only_from else {}))


def delete_token(root: Path, token_id: str) -> None:
    """Forget a token, known or not."""
    _token_file(root, token_id).unlink(missing_ok=True)


def token(root: Path, token_id: str) -> Token | None:
    """The token of this id, or None."""
    if not _TOKEN_ID.fullmatch(token_id):
        return None
    held = read_json(_token_file(root, token_id), None)
    return Token(token_id, **held) if held else None


def put_lifecycle(root: Path, bucket: str, rules: Sequence[Rule]) -> None:
    """Replace all lifecycle rules of a bucket, R2's default one included."""
    require_bucket(root, bucket)
    write_json(bucket_dir(root, bucket) / "lifecycle.json", list(rules))


def lifecycle(root: Path, bucket: str) -> list[dict[str, Any]]:
    """The lifecycle rules of a bucket."""
    return list(read_json(bucket_dir(root, bucket) / "lifecycle.json", []))


def put_lock(root: Path, bucket: str, rules: Sequence[Rule]) -> None:
    """Replace all lock rules of a bucket; they hold for the objects that are there already."""
    require_bucket(root, bucket)
    write_json(bucket_dir(root, bucket) / "lock.json", list(rules))


def lock(root: Path, bucket: str) -> list[dict[str, Any]]:
    """The lock rules of a bucket."""
    return list(read_json(bucket_dir(root, bucket) / "lock.json", []))


def write_json(path: Path, value: Any) -> None:
    """Write a file that only its owner can read, whole or not at all: a reader never sees half of it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "w") as file:
        json.dump(value, file)
    Path(name).replace(path)


def read_json(path: Path, default: Any) -> Any:
    """The file's value, or `default` when there is none."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return default


def require_bucket(root: Path, name: str) -> None:
    """AccountError NoSuchBucket (10006) where there is none of that name."""
    if not (bucket_dir(root, name) / "bucket.json").exists():
        raise AccountError("NoSuchBucket", 10006, f"The bucket {name} does not exist.")


def _token_file(root: Path, token_id: str) -> Path:
    if not _TOKEN_ID.fullmatch(token_id):
        raise ValueError(f"no token id: {token_id!r}")
    return root / "tokens" / f"{token_id}.json"
