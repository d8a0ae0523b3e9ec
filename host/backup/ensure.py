"""A service whose dumps are made by schedule, and arrive; and one whose dumps are made no more."""

from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path

from host.backup.resume import note_pause, resume, settling
from host.core import files
from host.core.command import Command
from host.core.errors import ProgramError, UsageError
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import claim
from host.dokku.apps import require_dokku
from host.dokku.services import require_service, scheduled
from host.dumps.bucket import Bucket
from host.dumps.credentials import Credentials, encryption_folder, folder, passphrase_digest, stored, stored_passphrase
from host.dumps.image import DUMP_IMAGE, ensure_image
from host.dumps.write_probe import require_writes

_SIGNATURE = "s3v4"
_DOKKURC = "/home/dokku/.dokkurc/petbase"


@dataclass(frozen=True)
class EnsureBackup(Command, noun="backup", verb="ensure", lock="backup.{service}"):
    """Schedule a service's dumps: credentials that were seen to write, an image that R2 understands, encryption."""

    service: str
    _: KW_ONLY
    bucket: str
    prefix: str = ""
    """The path in the bucket with its slash, or "" for none."""
    endpoint: str
    schedule: str
    """Cron's five fields, in UTC."""
    region: str = "auto"
    encrypt: bool = False
    paused: bool = False

    secrets = ("key_id", "secret_key", "passphrase")

    @property
    def target(self) -> str:
        """BUCKET or BUCKET/PATH, as the plugin wants it."""
        return f"{self.bucket}/{self.prefix}".rstrip("/")

    def run(self, host: Host) -> None:
        """Converge: nothing is sent to the plugin where all is as declared."""
        if self.encrypt != bool(host.secrets["passphrase"]):
            raise UsageError("--encrypt and a passphrase on standard input belong together; nothing was changed")
        claim(host, f"services/{self.service}")
        require_dokku(host)
        require_service(host, self.service)
        with host.lock(SERVICES_LOCK):
            if self.paused:
                self._pause(host)
                return
            ensure_image(host)
            # For cron's runs, which know nothing of this program.
            image = f"export PLUGIN_S3BACKUP_IMAGE={DUMP_IMAGE}\n"
            files.write_if_changed(host.path(_DOKKURC), image)
            line = scheduled(host, self.service)
            with settling(self._bucket(host), moved=self._is_elsewhere(host, line)):
                self._authorise(host)
            self._encrypt(host)
            self._schedule(host, line)
        resume(self._bucket(host), self.target)

    def _bucket(self, host: Host) -> Bucket:
        return Bucket(host, self.service, self.bucket, self.prefix, self.endpoint)

    def _is_elsewhere(self, host: Host, line: str) -> bool:
        """Whether dumps have not gone to this place until now."""
        endpoint = files.read(folder(host, self.service) / "ENDPOINT_URL").strip()
        return (line.rpartition(" ")[2], endpoint) != (self.target, self.endpoint)

    def _pause(self, host: Host) -> None:
        note_pause(host, self.service)
        if scheduled(host, self.service):
            host.dokku("postgres:backup-unschedule", self.service)
        if folder(host, self.service).is_dir():
            host.dokku("postgres:backup-deauth", self.service)
        host.step(f"{self.service}: backups are paused; no dump is made, and none expires")

    def _authorise(self, host: Host) -> None:
        """Not atomic: a dump that starts between the two verbs fails, so they run only where something changed."""
        wanted = Credentials(host.secrets["key_id"], host.secrets["secret_key"], self.region)
        present = stored(host, self.service)
        where = folder(host, self.service)
        others = [files.read(where / name).strip() for name in ("AWS_SIGNATURE_VERSION", "ENDPOINT_URL")]
        if present != wanted or others != [_SIGNATURE, self.endpoint]:
            host.step(f"{self.service}: authorising backups to {self.endpoint}")
            bucket = replace(self._bucket(host), given=wanted, attempts=1)
            require_writes(bucket, replaces=bool(present.access_key_id))
            host.dokku("postgres:backup-deauth", self.service)
            keys = (wanted.access_key_id, wanted.secret_access_key, wanted.region, _SIGNATURE, self.endpoint)
            _run_with_secrets(host, "postgres:backup-auth", self.service, *keys)
        # The plugin writes these files 0644; it reads them just as well when only its owner can.
        _close(where)

    def _encrypt(self, host: Host) -> None:
        passphrase = host.secrets["passphrase"]
        if stored_passphrase(host, self.service) != passphrase:
            if passphrase:
                host.step(f"{self.service}: dumps are encrypted from now on")
                _run_with_secrets(host, "postgres:backup-set-encryption", self.service, passphrase)
            else:
                host.dokku("postgres:backup-unset-encryption", self.service)
        # By which the check knows that it is still this one: a passphrase that was set by hand is lost with the server.
        host.state.write(f"services/{self.service}/passphrase", sha256=passphrase_digest(passphrase))
        if passphrase:
            _close(encryption_folder(host, self.service))

    def _schedule(self, host: Host, present: str) -> None:
        line = f"{self.schedule} dokku /usr/bin/dokku postgres:backup {self.service} {self.target}"
        if present != line:
            host.step(f"{self.service}: dumps go to {self.target} at {self.schedule} UTC")
            host.dokku("postgres:backup-schedule", self.service, self.schedule, self.target)


def _run_with_secrets(host: Host, verb: str, service: str, *secrets: str) -> None:
    """Run a verb that takes secrets among its words: a failure names the verb only."""
    answer = host.ask("dokku", verb, service, *secrets)
    if not answer.ok:
        raise ProgramError(f"dokku {verb} {service} failed with exit code {answer.code}", answer.output, answer.code)


def _close(where: Path) -> None:
    if not where.is_dir():
        return
    where.chmod(0o700)
    for file in where.iterdir():
        file.chmod(0o600)
