"""What a drill found out about a dump, as it left it in the bucket (host/drill/evidence.py)."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from operate.dumps.objects import Object
from operate.dumps.store import Store


@dataclass(frozen=True)
class Evidence:
    """What a drill found out about one dump. `rows` counts all tables; `error` says why it could not be verified."""

    at: datetime
    etag: str
    seconds: float
    rows: int
    equal: bool
    error: str

    @property
    def good(self) -> bool:
        """Whether the dump was restored whole, its schema the same."""
        return self.equal and not self.error


def parse(text: bytes) -> Evidence | None:
    """A drill's evidence; None for anything else that lies in its place."""
    try:
        told: dict[str, Any] = json.loads(text)
        at = datetime.fromisoformat(str(told["at"]))
        return Evidence(
            at=at if at.tzinfo else at.replace(tzinfo=UTC),
            etag=str(told.get("etag") or "").strip('"'),
            seconds=_seconds(told.get("seconds")),
            rows=_total(told.get("rows")),
            equal=told.get("equal") is True,
            error=str(told.get("error") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _seconds(told: Any) -> float:
    """One number, or one a part."""
    if isinstance(told, dict):
        return float(told["total"]) if "total" in told else sum(map(float, told.values()))
    return float(told or 0)


def _total(told: Any) -> int:
    """One number, or one a table."""
    return sum(map(int, told.values())) if isinstance(told, dict) else int(told or 0)


def read_evidence(store: Store, objects: Iterable[Object], prefix: str) -> dict[str, Evidence]:
    """What drills left, by the names under `prefix`; each is a small object, so several are read at a time."""
    keys = [one.key for one in objects if one.key.startswith(prefix)]
    with ThreadPoolExecutor(8) as pool:
        told = [parse(text) for text in pool.map(store.read, keys)]
    return {key.removeprefix(prefix): one for key, one in zip(keys, told, strict=True) if one}
