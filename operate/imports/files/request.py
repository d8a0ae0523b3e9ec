"""Where files come from, as the options and the environment say: keys are never arguments."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

from operate.core import stack_names
from operate.core.errors import RefusedError
from operate.dumps import s3
from operate.imports.files.bucket import OtherBucket
from operate.imports.files.folder import Folder
from operate.imports.files.items import Source
from operate.stack.app_outputs import AppBucket
from operate.stack.outputs import Stack

KEY_ID, SECRET = "PETBASE_IMPORT_ACCESS_KEY_ID", "PETBASE_IMPORT_SECRET_ACCESS_KEY"
SESSION = "PETBASE_IMPORT_SESSION_TOKEN"
_REGION = "us-east-1"
_HOW = "--files FOLDER, or --files s3://BUCKET/FOLDER"
# Supabase's names have capitals and "_"; boto3 takes no others.
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._/-]*)?")
_FOLDER = re.compile(r"(?!/)[^\x00-\x1f]*")


@dataclass(frozen=True)
class Asked:
    """What was said on the command line."""

    files: str
    endpoint: str = ""
    region: str = ""
    to: str = ""
    keep_newer: bool = False

    @property
    def options(self) -> list[tuple[str, ...]]:
        """Those that were given beside --files."""
        given = {"--files-to": self.to, "--files-endpoint": self.endpoint, "--files-region": self.region}
        newer: list[tuple[str, ...]] = [("--keep-newer",)] if self.keep_newer else []
        return [*((option, value) for option, value in given.items() if value), *newer]

    @property
    def folder(self) -> str:
        """Where in the app's bucket they go, with its slash, or ""."""
        return f"{self.to.rstrip('/')}/" if self.to.strip("/") else ""


def bucket_of(stack: Stack, app: str) -> AppBucket:
    """The bucket of this app. RefusedError for an app that has none."""
    stack.require_app(app)
    if found := stack.apps[app].bucket:
        return found
    raise RefusedError(
        f"{app} has no bucket for its files. Write bucket: true under apps.{app} in the stack file, and run: "
        f"{stack_names.up(stack.name)}"
    )


def chosen(asked: Asked, own: AppBucket) -> Source:
    """The source that --files names. RefusedError where that is none, or the app's bucket itself."""
    if not _FOLDER.fullmatch(asked.to):
        raise RefusedError(f'--files-to: "{asked.to}" is not a folder in a bucket; write one like photos/2026.')
    if asked.files.startswith("s3://"):
        return _other_bucket(asked, own)
    if asked.endpoint or asked.region:
        option = "--files-endpoint" if asked.endpoint else "--files-region"
        raise RefusedError(f"{option} applies to a bucket, and --files names a folder of this machine; leave it out.")
    if "://" in asked.files:
        raise RefusedError(f"--files: files come from a folder of this machine or from an S3 bucket. Use {_HOW}.")
    return _folder(Path(asked.files))


def _folder(path: Path) -> Folder:
    if path.is_dir():
        return Folder(path)
    if path.exists():
        raise RefusedError(f"--files: {path} is a file. Name the folder that it is in.")
    raise RefusedError(f"--files: there is no folder {path}. To copy from a bucket: {_HOW}.")


def _other_bucket(asked: Asked, own: AppBucket) -> OtherBucket:
    name, _, folder = asked.files.removeprefix("s3://").partition("/")
    if "@" in name:
        raise RefusedError(
            "--files: the address contains a key, which every program on this machine can read. Leave it out, and put "
            f"it into {KEY_ID} and {SECRET}."
        )
    if not _BUCKET.fullmatch(name):
        raise RefusedError(f'--files: "{name}" is not the name of a bucket; write s3://BUCKET or s3://BUCKET/FOLDER.')
    if asked.endpoint and not _ADDRESS.fullmatch(asked.endpoint):
        raise RefusedError(
            f'--files-endpoint: "{asked.endpoint}" is not the address of a store; write one like https://s3.example.com.'
        )
    region = asked.region or _REGION
    endpoint = asked.endpoint.rstrip("/") or f"https://s3.{region}.amazonaws.com"
    if (endpoint, name) == (own.endpoint.rstrip("/"), own.name):
        raise RefusedError(f"--files: {name} at {endpoint} is the app's own bucket, which holds those files already.")
    key_id, secret = _key(os.environ)
    prefix = f"{folder.rstrip('/')}/" if folder.strip("/") else ""
    client = s3.client(endpoint, region, key_id, secret, os.environ.get(SESSION))
    return OtherBucket(name, prefix, endpoint, region, client)


def _key(environment: Mapping[str, str]) -> tuple[str, str]:
    """Of the source, by the environment or from a person. RefusedError where there is neither."""
    key_id, secret = environment.get(KEY_ID, ""), environment.get(SECRET, "")
    if sys.stdin.isatty():
        key_id = key_id or getpass("Access key id of the source: ")
        secret = secret or getpass("Secret access key of the source: ")
    if not (key_id and secret):
        missing = KEY_ID if not key_id else SECRET
        raise RefusedError(
            f"--files s3://… needs the key of the source: set {KEY_ID} and {SECRET}; {missing} is not set."
        )
    return key_id.strip(), secret.strip()
