"""The dumps as JSON for scripts. Times are ISO 8601 in UTC."""

from datetime import datetime
from typing import Any

from components.config.values import cron
from operate.backups import inventory, schedule
from operate.backups.inventory import DumpRecord, Inventory
from operate.stack.outputs import Backups


def facts(spec: Backups, shelf: Inventory, now: datetime) -> dict[str, Any]:
    """One object."""
    return {
        "bucket": spec.bucket,
        "path": spec.path,
        "schedule": {
            "cron": spec.schedule,
            "words": cron.words(spec.schedule),
            "paused": spec.paused,
            "next": None if spec.paused else cron.next_run(spec.schedule, now).isoformat(),
            "missed": [run.isoformat() for run in schedule.missed_dumps(spec, shelf, now)],
        },
        "bytes": shelf.bytes,
        "free_bytes": inventory.FREE_BYTES if spec.store == "r2" else None,
        "dumps": [_object(one) for one in shelf.dumps],
    }


def _object(one: DumpRecord) -> dict[str, Any]:
    proof = one.evidence
    return {
        "key": one.key,
        "made": one.made.isoformat(),
        "bytes": one.size,
        "verified": one.verified,
        "safety": one.safety,
        "evidence": proof
        and {"at": proof.at.isoformat(), "seconds": proof.seconds, "rows": proof.rows, "error": proof.error or None},
        "copy": one.copy and one.copy.key,
        "copy_superfluous": one.superfluous,
        "counts_as": list(one.counts),
        "locked_until": one.locked_until and one.locked_until.isoformat(),
        "expires": one.expires and one.expires.isoformat(),
    }
