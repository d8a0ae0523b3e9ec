"""A second store that takes a service's dumps, or no longer does."""

from dataclasses import KW_ONLY, dataclass

from host.copy.proof import Proof, prove, read_proof, write_proof
from host.copy.settings import CopySettings, find_settings, folder, forget_copied, lock_name, read_key, write_settings
from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import claim
from host.dumps.bucket import Bucket, BucketError
from host.dumps.credentials import Credentials
from host.dumps.image import ensure_image
from host.dumps.write_probe import UNREACHED

_SKEWED = "the server's clock: timedatectl"


@dataclass(frozen=True)
class EnsureCopy(Command, noun="copy", verb="ensure", lock=lock_name("{service}")):
    """Set up a second store for copies of a service's verified dumps, with a key that was seen to write there."""

    service: str
    _: KW_ONLY
    bucket: str
    endpoint: str
    keep_days: int
    """Dumps that are older are not copied."""
    prefix: str = ""
    region: str = "auto"

    secrets = ("key_id", "secret_key")

    def run(self, host: Host) -> None:
        """Converge: a key that was proven before, and can destroy nothing, is not tried again."""
        claim(host, f"services/{self.service}")
        wanted = CopySettings(self.bucket, self.prefix, self.endpoint, self.region, self.keep_days)
        key = Credentials(host.secrets["key_id"], host.secrets["secret_key"], self.region)
        before = find_settings(host, self.service)
        same = before == wanted and read_key(host, self.service, self.region) == key
        if same and read_proof(host, self.service) == Proof(deletes=False, overwrites=False):
            return
        ensure_image(host)
        proof = _proven(wanted.open_with(host, self.service, key))
        if before and _place(before) != _place(wanted):
            forget_copied(host, self.service)
        write_settings(host, self.service, wanted, key)
        self._keep(host, proof)
        host.step(f"{self.service}: verified dumps are copied to {self.bucket} at {self.endpoint}")

    def _keep(self, host: Host, proof: Proof | None) -> None:
        if not host.state.exists(f"{folder(self.service)}/since"):
            host.state.write(f"{folder(self.service)}/since", at=int(host.now()))
        if proof is None:
            host.state.remove(f"{folder(self.service)}/proof")
        else:
            write_proof(host, self.service, proof)


def _place(settings: CopySettings) -> tuple[str, str, str]:
    return settings.endpoint, settings.bucket, settings.prefix


def _proven(bucket: Bucket) -> Proof | None:
    """What the key can do; None where the store is not reached, which the hourly copy tries again.

    HostError where the store refuses the key: what was set up before is left as it was.
    """
    try:
        return prove(bucket)
    except BucketError as problem:
        where = f"the second store, {bucket.name} at {bucket.endpoint},"
        if not UNREACHED.search(problem.reason):
            raise HostError(
                f"{where} refuses the key petbase:copyAccessKeyId ({problem.reason}); nothing was changed. "
                f"Look at {_SKEWED if 'RequestTimeTooSkewed' in problem.reason else 'bucket, region and key'}"
            ) from None
        bucket.host.step(f"{bucket.service}: {where} is not reached from here ({problem.reason})")
        return None


@dataclass(frozen=True)
class RemoveCopy(Command, noun="copy", verb="remove", lock=lock_name("{service}")):
    """Forget the second store and its key. The copies there stay."""

    service: str

    def run(self, host: Host) -> None:
        """Nothing to do where it is forgotten already. A run that is at it ends first."""
        claim(host, f"services/{self.service}")
        forget_copy(host, self.service)


def forget_copy(host: Host, service: str) -> None:
    """The same for a caller that holds the lock, and what a first `copy ensure` left that was cut off."""
    if host.state.names(folder(service)):
        with host.lock(f"copy.{service}"):
            host.state.remove_all(folder(service))
        host.step(f"{service}: dumps are no longer copied to a second store; the copies there stay")
