"""Folders of apps that are backed up on the schedule of the dumps."""

from dataclasses import KW_ONLY, dataclass

from host.core import files
from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import claim
from host.dumps.image import ensure_image
from host.files.repository.make import make_repository
from host.files.repository.restic import NO_REPOSITORY, WRONG_PASSPHRASE, Repository, ResticError
from host.files.schedule import write_schedule
from host.files.settings import FilesSettings, folders_of, lock_name, passphrase_file, state_folder, write_settings
from host.files.status import FilesStatus, FolderStatus, read_status, write_status
from host.server import apt


@dataclass(frozen=True)
class EnsureFiles(Command, noun="files", verb="ensure", lock=lock_name("{service}")):
    """Back up the folders that apps mount and write to, on the schedule of the dumps, beside them in the bucket."""

    service: str
    _: KW_ONLY
    folder: tuple[str, ...]
    """APP=/FOLDER."""
    bucket: str
    endpoint: str
    schedule: str
    keep_days: int
    prefix: str = ""
    drill: str = "weekly"
    paused: bool = False
    keep_days_declared: bool = False
    """Whether the stack file names keep_days: a default that a later release changes is no edit."""

    secrets = ("passphrase",)

    def run(self, host: Host) -> None:
        """Converge: the repository is made or opened first, then the schedule is written."""
        claim(host, f"services/{self.service}")
        folders = folders_of(self.folder)
        settings = FilesSettings(self.bucket, self.prefix, self.endpoint, self.keep_days, folders)
        if not self.paused:
            apt.ensure(host, "restic")
            ensure_image(host)
            self._open(host, settings)
        write_settings(host, self.service, settings)
        write_status(host, self.service, _declared(host, self.service, settings))
        write_schedule(host, self.service, self.schedule, "never" if self.paused else self.drill, paused=self.paused)
        apps = sorted({app for one in settings.folders for app in one.apps})
        when = "are not backed up while backups are paused" if self.paused else f"are backed up at {self.schedule} UTC"
        host.step(f"{self.service}: files of {', '.join(apps)} {when}")

    def _open(self, host: Host, settings: FilesSettings) -> None:
        """The passphrase takes the place of the one before when it has opened the repository."""
        coming = host.state.path(f"{state_folder(self.service)}/passphrase-coming")
        files.write(coming, host.secrets["passphrase"], 0o600)
        repository = settings.open_with(host, self.service, coming)
        if reason := repository.bucket.refusal():
            raise HostError(f"the store at {self.endpoint} does not open {self.bucket} ({reason}); look at its key")
        repository.end_container()
        try:
            repository.require_opens()
        except ResticError as problem:
            self._mend(host, repository, problem)
        coming.rename(passphrase_file(host, self.service))

    def _mend(self, host: Host, repository: Repository, problem: ResticError) -> None:
        """No repository yet, or one that the earlier passphrase opens."""
        before = passphrase_file(host, self.service)
        if problem.cause == NO_REPOSITORY:
            host.step(f"{self.service}: making a repository for files at {repository.url}")
            make_repository(repository)
        elif problem.cause == WRONG_PASSPHRASE and before.exists():
            host.step(f"{self.service}: the repository of files gets the new passphrase")
            words = ("key", "passwd", "--new-password-file", str(repository.passphrase))
            Repository(repository.bucket, before).must(*words, read=[str(repository.passphrase)])
        elif problem.cause == WRONG_PASSPHRASE:
            raise HostError(
                f"petbase:backupPassphrase does not open the files' repository at {repository.url}; nothing was "
                "changed. Set the passphrase that it had, run pulumi up, and change it then"
            ) from None
        else:
            raise problem


def _declared(host: Host, service: str, settings: FilesSettings) -> FilesStatus:
    """What is known of the folders that are declared; one that is new is not late yet."""
    known = read_status(host, service)
    now = int(host.now())
    found = [
        FolderStatus(**{**vars(known.folder(one.path) or FolderStatus(one.path, (), now)), "apps": one.apps})
        for one in settings.folders
    ]
    return FilesStatus(tuple(found), known.expired_at, known.expiry_problem)
