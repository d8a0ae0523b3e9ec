"""A bucket that is gone."""

from __future__ import annotations

from dataclasses import dataclass

from host.bucket.record import forget, remembered
from host.core.command import Command
from host.core.host import Host


@dataclass(frozen=True)
class ForgetBucket(Command, noun="bucket", verb="forget", lock="bucket.{name}"):
    """Forget a bucket of this stack that was deleted in R2."""

    name: str

    def run(self, host: Host) -> None:
        """Nothing to do where it is not remembered, or is another stack's."""
        if self.name in (one.name for one in remembered(host)):
            forget(host, self.name)
