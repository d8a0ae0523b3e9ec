"""What time it is for the store: now, or as far ahead as a test says.

For what rules do over weeks: locks, lifecycles, the time that an object was written. Signatures are still judged by
the real clock, which the clients have.
"""

import time
from pathlib import Path

from sandbox.store import account


def ahead(root: Path, seconds: float) -> None:
    """From now on the store's clock is so much ahead of the machine's; 0 sets it right."""
    account.write_json(root / "clock.json", {"ahead": seconds})


def now(root: Path) -> float:
    """Seconds since 1970."""
    return time.time() + float(account.read_json(root / "clock.json", {}).get("ahead", 0))
