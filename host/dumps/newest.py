"""Which dump of the bucket a restore takes where none is named."""

from __future__ import annotations

from dataclasses import replace

from host.dumps.bucket import Bucket, Dump
from host.dumps.claim import claim_at, object_name, parse


def newest_of_stack(bucket: Bucket) -> Dump | None:
    """The newest dump that no other stack made, of any of this stack's databases; None where there is none.

    Where dumps failed for longer than keep-days, what was verified is still there; `name` has its folder then.
    """
    claims = parse(bucket.get_small(object_name(bucket.service)))
    for under in ("", "verified/"):
        for dump in reversed(bucket.dumps(under)):
            claim = claim_at(claims, dump.at.timestamp())
            if claim is None or claim.stack == bucket.host.stack:
                return replace(dump, name=f"{under}{dump.name}")
    return None
