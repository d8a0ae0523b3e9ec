"""Faults that a test orders: what an object store does on a bad day.

`root/faults.json` holds one of {"status": 503}, {"slow": SECONDS}, {"truncate": BYTES}; with it `"times"` (default 1),
and `"method"` and `"key"` (a part of the key) to choose the requests. The file goes when its times are used up.
"""

from dataclasses import dataclass
from pathlib import Path

from sandbox.store import account
from sandbox.store.errors import STATUS, S3Error


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request: a refusal, a wait in seconds, or only so many bytes of the answer's body."""

    error: S3Error | None = None
    slow: float = 0.0
    truncate: int | None = None


def order(root: Path, **fault: str | int | float) -> None:
    """Order a fault: order(root, status=503, times=2, method="PUT")."""
    account.write_json(root / "faults.json", fault)


def take(root: Path, method: str, key: str) -> Fault:
    """The fault for this request, counted; callers hold the server's lock."""
    path = root / "faults.json"
    held = account.read_json(path, None)
    if not held or held.get("method", method) != method or held.get("key", "") not in key:
        return Fault()
    held["times"] = held.get("times", 1) - 1
    if held["times"] > 0:
        account.write_json(path, held)
    else:
        path.unlink()
    return Fault(_error(held.get("status")), float(held.get("slow", 0)), held.get("truncate"))


def _error(status: int | None) -> S3Error | None:
    if status is None:
        return None
    likely = {403: "AccessDenied", 500: "InternalError"}
    code = likely.get(status) or next(code for code, number in STATUS.items() if number == status)
    return S3Error(code, f"A fault that a test ordered ({status}).")
