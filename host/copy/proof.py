"""What the second store's key can do to the objects there, and so what an attacker on this server could do."""

import json
from dataclasses import dataclass
from datetime import datetime, timezone

from host.copy.settings import folder
from host.core.host import Host
from host.dumps.bucket import Bucket, BucketError


@dataclass(frozen=True)
class Proof:
    """Whether the key deletes and overwrites for good: no lock refuses it, and no earlier version is left."""

    deletes: bool
    overwrites: bool


def prove(bucket: Bucket) -> Proof:
    """Write a small file, read it, and try to destroy it. BucketError where it cannot be written or read.

    Its name is a new one each time: under a lock what is written stays.
    """
    now = datetime.fromtimestamp(bucket.host.now(), timezone.utc)
    name, text = f"petbase-{bucket.service}-{now:%Y-%m-%d-%H-%M-%S}.txt", f"The stack {bucket.host.stack} writes here."
    bucket.put_small(name, text, "text/plain")
    if bucket.get_small(name) != text:
        raise BucketError("the bucket does not give back", f"{name} came back with other bytes than were written")
    return Proof(overwrites=_overwrites(bucket, name), deletes=_deletes(bucket, name))


def write_proof(host: Host, service: str, proof: Proof) -> None:
    """Write it down for ./petbase doctor."""
    host.state.save(f"{folder(service)}/proof", proof)


def read_proof(host: Host, service: str) -> Proof | None:
    """What was proven; None where the store was not reached yet."""
    return host.state.load(Proof, f"{folder(service)}/proof")


def _overwrites(bucket: Bucket, name: str) -> bool:
    try:
        bucket.put_small(name, "Written a second time.", "text/plain")
    except BucketError:
        return False
    return len(_versions(bucket, name)) < 2


def _deletes(bucket: Bucket, name: str) -> bool:
    """Where versions are kept, a plain delete hides the object only; each version is deleted by its own name."""
    try:
        bucket.delete(name)
        for version in _versions(bucket, name):
            bucket.delete(name, version)
    except BucketError:
        return False
    return True


def _versions(bucket: Bucket, name: str) -> list[str]:
    """The versions of an object; none where the store keeps none, or does not list them."""
    asked = ("--bucket", bucket.name, "--prefix", f"{bucket.prefix}{name}", "--query", "Versions[].VersionId")
    answer = bucket.aws("s3api", "list-object-versions", *asked, "--output", "json")
    return list(json.loads(answer.stdout or "null") or []) if answer.ok else []
