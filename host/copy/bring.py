"""Every verified dump into the second store, and what is wrong with the copies there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from host.copy.settings import Copied, forget_copied, read_copied, write_copied
from host.copy.upload import copy_between, digest
from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.container_file import free_bytes
from host.dumps.dump import VERIFIED, Dump
from host.watch.settings import folder as watch_folder

_DAY_SECONDS = 86_400
_MORE_BYTES = 64 << 20
"""What PostgreSQL writes meanwhile."""


@dataclass(frozen=True)
class Bring:
    """From the first store into the second. Nothing there is ever deleted or overwritten."""

    host: Host
    first: Bucket
    second: Bucket
    keep_days: int

    def all(self) -> list[str]:
        """Copy what is not there yet, the newest first; what went wrong with any of them, in sentences."""
        wanted = {dump.name: dump for dump in reversed(self._opened(self.first, VERIFIED)) if self._is_young(dump)}
        there = {dump.name: dump for dump in self._opened(self.second)}
        known = read_copied(self.host, self.first.service)
        for name in known.keys() - wanted.keys():
            forget_copied(self.host, self.first.service, name)
        return [problem for dump in wanted.values() if (problem := self._settled(dump, there, known))]

    def _opened(self, bucket: Bucket, under: str = "") -> list[Dump]:
        try:
            return bucket.dumps(under)
        except HostError as problem:
            raise HostError(f"{bucket.name} at {bucket.endpoint} cannot be listed: {problem}") from None

    def _is_young(self, dump: Dump) -> bool:
        """What is older would be copied again each time that the store's own rule removes it."""
        return self.host.now() - dump.at.timestamp() < self.keep_days * _DAY_SECONDS

    def _settled(self, dump: Dump, there: Mapping[str, Dump], known: Mapping[str, Copied]) -> str:
        mark, copy = known.get(dump.name), there.get(dump.name)
        if mark and mark.is_untouched(copy):
            return ""
        try:
            if copy:
                self._recognise(dump, copy)
            else:
                self._copy(dump, again=mark is not None)
        except HostError as problem:
            return str(problem)
        return ""

    def _copy(self, dump: Dump, *, again: bool) -> None:
        if again:
            self.host.step(f"{dump.name} is gone from the second store; it is copied again")
        self._require_verified(dump)
        self._require_room(dump)
        self.host.step(f"{dump.name}: copying {dump.bytes} bytes to {self.second.name} at {self.second.endpoint}")
        sent = copy_between(self.first, f"{VERIFIED}{dump.name}", self.second, dump)
        copy = next((one for one in self._opened(self.second) if one.name == dump.name), None)
        if copy is None or digest(self.second, dump.name) != sent:
            raise HostError(f"{dump.name} came back from the second store with other bytes than were sent")
        self._remember(dump, copy, sent)

    def _require_verified(self, dump: Dump) -> None:
        """As the drill recorded it on this server: an attacker may have replaced it in the first store."""
        seen = self.host.state.read(f"{watch_folder(self.first.service)}/evidence/{dump.name}") or {}
        etag = seen.get("etag", dump.etag)
        # An object uploaded in parts gets another ETag wherever it is copied, so there only the size is compared.
        other = etag != dump.etag and "-" not in etag + dump.etag
        if other or seen.get("bytes", dump.bytes) != dump.bytes:
            raise HostError(f"{VERIFIED}{dump.name} holds other bytes than the drill has verified, and is not copied")

    def _require_room(self, dump: Dump) -> None:
        """It waits on this disk until all of it is there; PostgreSQL would stop on a full one."""
        needed, free = dump.bytes + _MORE_BYTES, free_bytes(self.host)
        if free <= needed:
            raise HostError(
                f"the disk has {free >> 20} MB free, and copying {dump.name} needs {needed >> 20}. Look at: df "
                "--human-readable"
            )

    def _recognise(self, dump: Dump, copy: Dump) -> None:
        """One that a run which was cut off, or another server, has copied: by its bytes."""
        found = digest(self.second, dump.name) if copy.bytes == dump.bytes else ""
        if not found or found != digest(self.first, f"{VERIFIED}{dump.name}"):
            raise HostError(
                f"{dump.name} in the second store holds other bytes than the verified dump, and is left as it is. "
                "Somebody overwrote it, or another stack writes there; look for an earlier version in that bucket"
            )
        self._remember(dump, copy, found)

    def _remember(self, dump: Dump, copy: Dump, sha256: str) -> None:
        """The evidence goes along, so that the second store tells by itself what was verified."""
        name = f"evidence/{self.first.service}/{dump.name}.json"
        changed = {"key": f"{self.second.prefix}{dump.name}", "etag": copy.etag, "sha256": sha256}
        evidence = _merged(self.first.get_small(name), changed)
        if evidence and self.second.get_small(name) is None:
            self.second.put_small(name, evidence)
        mark = Copied(copy.bytes, copy.etag, sha256, int(self.host.now()))
        write_copied(self.host, self.first.service, dump.name, mark)


def _merged(evidence: str | None, changed: Mapping[str, object]) -> str:
    """What a drill found, with other values; "" where that is no longer there, or is something else."""
    try:
        return json.dumps({**json.loads(evidence or ""), **changed}) + "\n"
    except (ValueError, TypeError):
        return ""
