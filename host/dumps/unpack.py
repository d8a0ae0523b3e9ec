"""A dump of the bucket as an export that pg_restore reads: fetched, decrypted, unpacked, with no file in between."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.container_file import ContainerFile
from host.dumps.credentials import stored_passphrase
from host.dumps.image import DUMP_IMAGE
from host.programs.runner import Answer, Stage
from host.values.text import last_words

FETCH, LOCKED, DAMAGED, FULL, STOPPED = "fetch", "locked", "damaged", "full", "stopped"
_MEMBER = "backup/export"
_EXPORT = "PGDMP"
# The passphrase comes as a variable, and goes to gpg on a separate descriptor: no process list shows either.
_DECRYPT = """exec gpg --batch --no-tty --quiet --pinentry-mode loopback --passphrase-fd 3 --decrypt 3<<PASSPHRASE
$ENCRYPTION_KEY
PASSPHRASE"""
_WRONG_PASSPHRASE = re.compile("bad session key|bad passphrase", re.IGNORECASE)
_FULL = re.compile("no space left|wrote only", re.IGNORECASE)


class UnpackError(HostError):
    """Why a dump did not become an export.

    `cause`: FETCH (it did not come), LOCKED (the passphrase does not open it), DAMAGED, FULL (the server's disk), or
    STOPPED (the service's container took no file).
    """

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message, cause=cause)


@dataclass(frozen=True)
class Packed:
    """A dump on its way: `source` prints it, or (None) an open file of the server does, see `stdin` below."""

    name: str
    passphrase: str
    source: Stage | None = None

    def stages(self) -> list[Stage]:
        """The stages up to the export on standard output."""
        decrypt = [_decrypt(self.passphrase)] if self.name.endswith(".gpg") else []
        unpack = Stage(["tar", "--extract", "--gzip", "--to-stdout", _MEMBER])
        return [*([self.source] if self.source else []), *decrypt, unpack]

    def into(self, file: ContainerFile, stdin: int | None = None) -> None:
        """Write the export into the container. UnpackError otherwise; what came by then is left there."""
        answers = file.host.pipe(*self.stages(), file.put_stage(), stdin=stdin)
        self._check(answers[:-1])
        self._check_written(answers[-1], file)

    def check_export(self, host: Host) -> None:
        """Read the whole dump and look at what it begins with. UnpackError unless pg_dump wrote it."""
        *answers, head = host.pipe(*self.stages(), Stage(["head", "-c", str(len(_EXPORT))]))
        self._check(answers)
        if head.stdout != _EXPORT:
            raise UnpackError(DAMAGED, f"{self.name} holds nothing that pg_dump writes. Try: ./petbase backup")

    def _check(self, answers: Sequence[Answer]) -> None:
        """The first stage that failed is the cause: each drains its input even where the next one is gone."""
        answers = list(answers)
        if self.source and not (fetched := answers.pop(0)).ok:
            raise UnpackError(FETCH, f"{self.name} cannot be fetched: {last_words(fetched.stderr)}")
        unpacked = answers.pop()
        if answers and not answers[0].ok:
            raise self._locked(answers[0])
        if not unpacked.ok:
            raise UnpackError(DAMAGED, f"{self.name} is damaged: {last_words(unpacked.stderr)}")

    def _locked(self, decrypted: Answer) -> UnpackError:
        if not self.passphrase:
            return UnpackError(LOCKED, f"{self.name} is encrypted, and this server has no passphrase")
        reason = last_words(decrypted.stderr)
        if _WRONG_PASSPHRASE.search(decrypted.stderr):
            return UnpackError(
                LOCKED,
                f"{self.name} cannot be decrypted with the passphrase of this server ({reason}): it was made with "
                "another one, or it is damaged. After a change of passphrase: ./petbase backup",
            )
        return UnpackError(DAMAGED, f"{self.name} cannot be decrypted: {reason}")

    def _check_written(self, written: Answer, file: ContainerFile) -> None:
        if written.ok:
            return
        if is_full(written):
            raise UnpackError(FULL, f"the disk filled up while {self.name} was unpacked. Look at: df --human-readable")
        raise UnpackError(
            STOPPED,
            f"the container of {file.service} took no file ({last_words(written.stderr)}). Look at: dokku "
            f"postgres:info {file.service}",
        )


def is_full(written: Answer) -> bool:
    """Whether writing into the container failed for want of room on the disk."""
    return _FULL.search(written.stderr) is not None


def packed(bucket: Bucket, name: str, passphrase: str | None = None) -> Packed:
    """A dump of the bucket; opened with this server's passphrase unless another one is given."""
    if passphrase is None:
        passphrase = stored_passphrase(bucket.host, bucket.service)
    return Packed(name, passphrase, bucket.get_stage(name))


def unpack(bucket: Bucket, name: str, file: ContainerFile, passphrase: str | None = None) -> None:
    """Bring a dump of the bucket into the container as an export. UnpackError says why it did not come."""
    packed(bucket, name, passphrase).into(file)


def _decrypt(passphrase: str) -> Stage:
    words = ["docker", "run", "--rm", "--log-driver", "none", "--interactive", "--env", "ENCRYPTION_KEY"]
    return Stage([*words, "--entrypoint", "sh", DUMP_IMAGE, "-c", _DECRYPT], env={"ENCRYPTION_KEY": passphrase})
