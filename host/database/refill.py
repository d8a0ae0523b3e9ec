"""An empty database gets its data back from the bucket, as on a server that is new.

It comes before the links, which give everything to its role, and before the schedule, or the next night's dump would be
of nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host, scratch_lock
from host.core.ownership import claim
from host.database.create import count_tables
from host.dokku.apps import require_dokku
from host.dokku.services import require_service
from host.dumps.bucket import Bucket, BucketError
from host.dumps.container_file import ContainerFile
from host.dumps.credentials import Credentials
from host.dumps.image import ensure_image
from host.dumps.unpack import UnpackError, unpack
from host.loading.verdict import LoadError, Verdict
from host.placing.note import new_note
from host.placing.settle import settle
from host.placing.swap import swap_database
from host.postgres.psql import SqlError
from host.scratch.database import RESTORED, drop_scratch
from host.scratch.growth import load_with_progress
from host.watch.own_dumps import newest_of_stack

LATEST = "latest"
_FILE = "/tmp/petbase_refill"


@dataclass(frozen=True)
class RefillDatabase(Command, noun="database", verb="refill", lock=scratch_lock("{service}")):
    """Restore a dump of the bucket into a database that holds no table. Nothing to do where it holds some."""

    service: str
    _: KW_ONLY
    dump: str
    """A dump's name, with the prefix or without, or `latest`."""
    bucket: str
    prefix: str = ""
    """The path in the bucket with its slash, or "" for none."""
    endpoint: str
    region: str = "auto"

    secrets = ("key_id", "secret_key", "passphrase")

    def run(self, host: Host) -> None:
        """Cut off anywhere, the next run finds the database empty again, or whole."""
        claim(host, f"services/{self.service}")
        require_dokku(host)
        require_service(host, self.service)
        tables = self._count_tables(host)
        if tables:
            host.step(f"{self.service}: holds {tables} tables already, so restore-from: {self.dump} does nothing")
            return
        ensure_image(host)
        keys = Credentials(host.secrets["key_id"], host.secrets["secret_key"], self.region)
        bucket = Bucket(host, self.service, self.bucket, self.prefix, self.endpoint, keys)
        name = self._choose(bucket)
        with _tidied(host, self.service) as file:
            self._fetch(bucket, name, file)
            failures = self._restore(file, name)
        host.step(f"{self.service}: holds {name} again")
        if failures:
            raise HostError(
                f"{self.service} holds {name} again, but not all of it: "
                f"{' '.join(verdict.sentence() for verdict in failures)} To go on without that, run pulumi up again"
            )

    def _count_tables(self, host: Host) -> int:
        try:
            return count_tables(host, self.service)
        except SqlError as problem:
            raise HostError(
                f"{self.service} does not answer ({problem.reason}); nothing was changed. Look at: dokku "
                f"postgres:logs {self.service}"
            ) from None

    def _choose(self, bucket: Bucket) -> str:
        """The dump's name below the prefix."""
        if self.dump != LATEST:
            return self.dump.removeprefix(self.prefix)
        try:
            newest = newest_of_stack(bucket)
        except BucketError as problem:
            raise HostError(f"{problem}; nothing was changed. Look at: ./petbase doctor") from None
        if newest is None:
            raise HostError(
                f"restore-from: latest, and the bucket {self.bucket} holds no dump of {self.service}; nothing was "
                "changed. Take the line out to begin with nothing"
            )
        return newest.name

    def _fetch(self, bucket: Bucket, name: str, file: ContainerFile) -> None:
        bucket.host.step(f"{self.service}: fetching {name}")
        try:
            unpack(bucket, name, file, bucket.host.secrets["passphrase"])
        except UnpackError as problem:
            raise HostError(
                f"{problem}; nothing was changed. Name another dump in database.restore-from: ./petbase backups"
            ) from None

    def _restore(self, file: ContainerFile, name: str) -> list[Verdict]:
        """Into a separate database, which takes the empty one's place; whose data could not be restored."""
        host, service = file.host, self.service
        try:
            loaded = load_with_progress(host, file)
        except LoadError as problem:
            raise HostError(
                f"{name} was not restored: {problem}; {service} holds no table. Try another: restore-from: KEY, or "
                "./petbase restore",
                problem.tail,
            ) from None
        file.remove()
        with host.lock(SERVICES_LOCK):
            settle(host, service, RESTORED)
            old = swap_database(host, service, RESTORED, new_note(host, name))
        self._drop_if_empty(host, old)
        return loaded.failures

    def _drop_if_empty(self, host: Host, old: str) -> None:
        """It was empty when this began; an app may have made its tables meanwhile."""
        tables = count_tables(host, self.service, old)
        if tables:
            host.step(
                f"{self.service}: tables that came meanwhile ({tables}) stay in the database {old}. Look: ./petbase "
                "kept"
            )
        else:
            drop_scratch(host, self.service, old)


@contextmanager
def _tidied(host: Host, service: str) -> Iterator[ContainerFile]:
    """The dump's place in the container; nothing is left there, nor of a restore that failed."""
    file = ContainerFile(host, service, _FILE)
    try:
        yield file
    finally:
        # The dump goes first: on a full disk no session begins before there is room.
        file.remove()
        with suppress(HostError):
            drop_scratch(host, service, RESTORED)
