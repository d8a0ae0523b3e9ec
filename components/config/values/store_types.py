"""What the stack file says of a store of dumps or files, and when dumps are made."""

import re
from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator

from components.config.values import cron
from components.config.values.form import Form

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_PATH = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_HEX32 = re.compile(r"[0-9a-f]{32}")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
_DUMP = re.compile(r"latest|([A-Za-z0-9._-]+/)*postgres-[A-Za-z0-9_-]+-\d{4}(-\d\d){5}\.tgz(\.gpg)?")


def _cron(value: str) -> None:
    """The plugin stores any text, and cron then ignores the file, silently (contract 348)."""
    if problem := cron.problem(value):
        raise ValueError(f'"{value}" {problem}')


def _bucket(value: str) -> None:
    """The blogs write BUCKET/PATH, which here are two keys."""
    bucket, slash, path = value.partition("/")
    if slash:
        _PATH_FORM.checked(path)
        raise ValueError(f'"{value}" is a bucket and a path; write bucket: {bucket} and path: {path}')


_PATH_FORM = Form(
    _PATH,
    "a plain path",
    'cron gives it to a shell, where $ and % have a meaning. Write one like "prod"; each dump has its date in its name',
)

BucketName = Annotated[
    str,
    Form(
        _BUCKET,
        "a bucket name",
        'use 3 to 63 lowercase letters, digits and "-", with a letter or digit at both ends',
        _bucket,
    ),
]
BucketPath = Annotated[str, _PATH_FORM]
DumpFolder = Annotated[str, replace(_PATH_FORM, form=re.compile(f"/|{_PATH.pattern}"))]
"""A path, or / for the top level of the bucket."""
AccountId = Annotated[
    str, Form(_HEX32, "an account id", "copy the 32 hex digits from the address of your Cloudflare dashboard")
]
Region = Annotated[str, Form(_REGION, "a region", 'use lowercase letters, digits and "-"')]
DumpSource = Annotated[str, Form(_DUMP, "a dump", 'write "latest", or a name that ./petbase backups lists')]
CronSchedule = Annotated[
    str,
    BeforeValidator(lambda value: cron.five_fields(value) if isinstance(value, str) else value),
    Form(cron.FORM, "a cron expression", 'write five fields, as in "0 3 * * *"', _cron),
]
