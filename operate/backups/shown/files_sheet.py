"""The part of the recovery sheet about files of apps: by restic alone, with a key that only reads."""

from datetime import datetime

from components.dokku import shell
from host.files.second import generation
from operate.backups.shown.dumps_sheet import Secrets
from operate.stack.outputs import Stack

_TEXT = """\
## {title}

You need restic 0.14 or later (its commands and these keys work on any machine). In an empty folder:

```sh
umask 077
export AWS_ACCESS_KEY_ID={key_id}
export AWS_SECRET_ACCESS_KEY={secret_key}
export AWS_DEFAULT_REGION={region}
printf '%s' {passphrase} >passphrase-of-files
export RESTIC_PASSWORD_FILE=passphrase-of-files RESTIC_REPOSITORY={repository}
restic --no-lock snapshots
```
{more}
The newest snapshot of each folder, into the folder `files`:

```sh
{commands}
```
"""


_MORE = """
In the second store a new repository begins every {days} days, in a folder named by the day. Which there are:

aws --endpoint-url {endpoint} s3 ls s3://{place}/
"""


def section(stack: Stack, secrets: Secrets, now: datetime) -> str:
    """Of the stack's store, or of the second one where that takes its place."""
    spec = stack.backups
    where = "/".join(part for part in (spec.endpoint, spec.bucket, spec.path, "files", stack.service) if part)
    title, more = "Files of apps, by hand", ""
    if stack.is_at_copy:
        days = max(1, spec.keep_days // 3)
        title, place = "The same files from the second store", where.removeprefix(f"{spec.endpoint}/")
        more = _MORE.format(days=days, endpoint=spec.endpoint, place=place)
        where = f"{where}/{generation(now.timestamp(), spec.keep_days)}"
    folders = [folder for app in stack.apps.values() for folder in app.files]
    commands = [
        shell.line("restic", "--no-lock", "restore", "latest", "--path", folder, "--target", "files")
        for folder in dict.fromkeys(folders)
    ]
    return _TEXT.format(
        title=title,
        more=more,
        key_id=secrets.show(spec.access_key_id),
        secret_key=secrets.show(spec.secret_access_key),
        region=spec.region,
        passphrase=secrets.show(secrets.passphrase),
        repository=shell.line(f"s3:{where}"),
        commands="\n".join(commands),
    )
