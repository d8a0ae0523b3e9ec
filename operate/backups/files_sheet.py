"""The part of the recovery sheet about files of apps: by restic alone, with a key that only reads."""

from components.dokku import shell
from operate.stack.outputs import Stack

_TEXT = """\
## Files of apps, by hand

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

The newest snapshot of each folder, into the folder `files`:

```sh
{commands}
```
"""


def section(stack: Stack, *, key_id: str, secret_key: str, passphrase: str) -> str:
    """The words of secrets are ready to be printed."""
    spec = stack.backups
    where = "/".join(part for part in (spec.endpoint, spec.bucket, spec.path, "files", stack.service) if part)
    folders = [folder for app in stack.apps.values() for folder in app.files]
    commands = [
        shell.line("restic", "--no-lock", "restore", "latest", "--path", folder, "--target", "files")
        for folder in dict.fromkeys(folders)
    ]
    return _TEXT.format(
        key_id=key_id,
        secret_key=secret_key,
        region=spec.region,
        passphrase=passphrase,
        repository=shell.line(f"s3:{where}"),
        commands="\n".join(commands),
    )
