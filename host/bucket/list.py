"""The buckets that the stack's apps have, or had."""

from __future__ import annotations

from dataclasses import dataclass

from host.bucket.record import remembered
from host.core.command import Command
from host.core.host import Host
from host.values.json_values import to_json


@dataclass(frozen=True)
class ListBuckets(Command, noun="bucket", verb="list"):
    """List the buckets in R2 that apps of this stack have or had."""

    def run(self, host: Host) -> None:
        """Of the server's own memory: the account is not asked."""
        host.out.result(to_json(remembered(host)))
