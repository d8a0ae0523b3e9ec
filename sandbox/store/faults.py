"""Faults that a test orders: what an object store does on a bad day.

`root/faults.json` lists them. Each is one of {"status": 503}, with a `code` where the likely one is not meant;
{"slow": SECONDS}; {"gone": true}, the connection ends without an answer; {"cut": BYTES}, it ends when so much of an
upload has come; of an answer's body {"truncate": BYTES}, the rest is missing, and {"flip": AT}, that byte is another.
With it `"times"` (default 1; 0: until cleared), and `"method"` and `"key"` (a part of the key) to choose the requests.
A fault goes when its times are used up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.store import account
from sandbox.store.http.errors import STATUS, S3Error

# Where one status has several codes, or none.
_LIKELY = {400: "InvalidRequest", 403: "AccessDenied", 500: "InternalError", 502: "InternalError"}
_LIKELY |= {503: "ServiceUnavailable", 504: "ServiceUnavailable"}


class GoneError(Exception):
    """The connection is to end without an answer."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request: a refusal, a wait in seconds, no answer, a body that is not whole."""

    error: S3Error | None = None
    slow: float = 0.0
    truncate: int | None = None
    flip: int | None = None
    gone: bool = False
    cut: int | None = None


def order(root: Path, **fault: str | int | float | bool) -> None:
    """Order a fault in place of all others: order(root, status=503, times=2, method="PUT")."""
    account.write_json(root / "faults.json", [fault])


def add(root: Path, **fault: str | int | float | bool) -> None:
    """Order one more; the first that fits a request is applied."""
    account.write_json(root / "faults.json", [*_held(root), fault])


def clear(root: Path) -> None:
    """No more faults."""
    (root / "faults.json").unlink(missing_ok=True)


def take(root: Path, method: str, key: str) -> Fault:
    """The fault for this request, counted; callers hold the server's lock."""
    held = _held(root)
    for number, one in enumerate(held):
        if one.get("method", method) == method and one.get("key", "") in key:
            _count(root, held, number)
            parts = {name: one.get(name) for name in ("truncate", "flip", "cut")}
            return Fault(_error(one), float(one.get("slow", 0)), gone=bool(one.get("gone")), **parts)
    return Fault()


def _held(root: Path) -> list[dict[str, Any]]:
    return list(account.read_json(root / "faults.json", []))


def _count(root: Path, held: list[dict[str, Any]], number: int) -> None:
    times = held[number].get("times", 1)
    if times == 0:
        return
    held[number]["times"] = times - 1
    if times == 1:
        del held[number]
    if held:
        account.write_json(root / "faults.json", held)
    else:
        clear(root)


def _error(fault: Mapping[str, Any]) -> S3Error | None:
    status = fault.get("status")
    if status is None:
        return None
    code = fault.get("code") or _LIKELY.get(status) or next(code for code, number in STATUS.items() if number == status)
    return S3Error(str(code), f"A fault that a test ordered ({status}).", int(status))
