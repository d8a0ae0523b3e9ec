"""`postgres:backup`: dump, pack, lock, send.

Words with spaces in them fall apart, since the plugin pastes all of them into `docker run`.
"""

import errno
import os
import shlex
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.core.paths import DOKKURC
from sandbox.host.dokku.docker import images
from sandbox.host.dokku.postgres import credentials, service
from sandbox.host.dokku.postgres.backups import pack
from sandbox.host.dokku.postgres.server import client

_DEFAULT_IMAGE = "dokku/s3backup:0.18.0"


def backup(call: Call) -> int:
    """`postgres:backup SERVICE BUCKET[/PATH] [--use-iam]`"""
    name = service.named(call.words)
    bucket, flag = [*call.words[1:], "", ""][:2]
    if not bucket:
        raise say.RefusedError("Please specify an aws bucket for the backup")
    iam = flag in {"--use-iam", "-u"} or call.has("--use-iam")
    if flag and not iam:
        raise say.RefusedError("Provide AWS credentials or use the --use-iam flag")
    known = {} if iam else _credentials(name)
    client.need_container(name)
    variables = {**known, "BUCKET_NAME": bucket, "BACKUP_NAME": f"postgres-{name}", **_encryption(name)}
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _run_image(variables, _exported(name, Path(folder)))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise say.RefusedError(f"{error.filename or 'write'}: no space left on device", bare=True) from None


def _exported(name: str, folder: Path) -> Path:
    """`pg_dump` into a file of the host's /tmp, as the plugin does, so that a big database is not held in memory."""
    path = folder / "export"
    with path.open("wb") as file:
        dumped = client.run_into(name, client.dump(name), file)
    if dumped.returncode:
        raise say.RefusedError(dumped.stderr.decode().rstrip("\n"), dumped.returncode, bare=True)
    return path


def _credentials(name: str) -> dict[str, str]:
    known = credentials.read(name)
    for file in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if file not in known:
            raise say.RefusedError(f"Missing {file} file")
    return known


def _encryption(name: str) -> dict[str, str]:
    where = credentials.encryption(name)
    both = {
        credentials.PASSPHRASE: files.text(where / credentials.PASSPHRASE),
        credentials.PUBLIC_KEY: files.text(where / credentials.PUBLIC_KEY),
    }
    return {key: value for key, value in both.items() if value}


def image_name() -> str:
    """The image that uploads: what ~dokku/.dokkurc says, else the plugin's default."""
    found: dict[str, str] = {}
    for path in sorted(DOKKURC.iterdir()) if DOKKURC.exists() else []:
        for row in path.read_text().splitlines():
            words = shlex.split(row, comments=True)
            if words[:1] == ["export"]:
                found |= dict(word.split("=", 1) for word in words[1:] if "=" in word)
    if "PLUGIN_S3BACKUP_IMAGE" in os.environ:
        return os.environ["PLUGIN_S3BACKUP_IMAGE"]
    name = found.get("PLUGIN_S3BACKUP_IMAGE", _DEFAULT_IMAGE)
    version = found.get("PLUGIN_S3BACKUP_IMAGE_VERSION", "")
    return f"{name}:{version}" if version else name


def _run_image(variables: dict[str, str], dumped: Path) -> int:
    """`docker container run --rm -e A=b … IMAGE`, its words split at every space."""
    words = " ".join(f"-e {key}={value}" for key, value in variables.items()).split()
    taken: dict[str, str] = {}
    rest = iter([*words, image_name()])
    for word in rest:
        if word != "-e":
            return _inside(images.needed(word), taken, dumped)
        key, _, value = next(rest).partition("=")
        taken[key] = value
    return 0


def _inside(image: images.Image, variables: dict[str, str], dumped: Path) -> int:
    """What the image does with its variables."""
    at = datetime.now(UTC).strftime("%Y-%m-%d-%H-%M-%S")
    name = f"{variables['BACKUP_NAME']}-{at}.tgz"
    if credentials.PUBLIC_KEY in variables:
        say.err("gpg: keyserver receive failed: No keyserver available")
        say.out("Error: Failed to retrieve the public key from the keyserver.")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        packed = pack.packed(Path(scratch), dumped)
        if passphrase := variables.get(credentials.PASSPHRASE):
            packed, name = pack.locked(packed, passphrase), name + ".gpg"
        bucket, _, folder = variables["BUCKET_NAME"].partition("/")
        key = f"{folder}/{name}" if folder else name
        from sandbox.host.dokku.postgres.backups import upload

        if failure := upload.send(packed, bucket, key, {**image.env, **variables}):
            say.err(f"upload failed: - to s3://{bucket}/{key} {failure}")
            say.out("Backup of backup/ has failed. Please investigate the issue.")
            return 1
    say.out(f"{at}: The backup for {variables['BACKUP_NAME']} finished successfully.")
    return 0
