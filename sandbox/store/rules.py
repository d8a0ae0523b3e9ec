"""What R2's bucket rules say about one object at one moment. Ages are in seconds; a lock wins over a lifecycle."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

Rule = Mapping[str, Any]


def locked_by(rules: Iterable[Rule], key: str, modified: float, now: float) -> str | None:
    """The id of the first lock rule that keeps this object from being overwritten or deleted, or None."""
    for rule in rules:
        if (
            rule.get("enabled")
            and key.startswith(rule.get("prefix") or "")
            and _holds(rule["condition"], modified, now)
        ):
            return str(rule["id"])
    return None


def expires(rules: Iterable[Rule], key: str, modified: float, now: float) -> bool:
    """Whether a lifecycle rule deletes an object that was last written at `modified`."""
    return _any_due(rules, "deleteObjectsTransition", key, modified, now)


def aborts(rules: Iterable[Rule], key: str, started: float, now: float) -> bool:
    """Whether a lifecycle rule gives up a multipart upload that was started at `started`."""
    return _any_due(rules, "abortMultipartUploadsTransition", key, started, now)


def _holds(condition: Rule, modified: float, now: float) -> bool:
    if condition["type"] == "Age":
        return now < modified + float(condition["maxAgeSeconds"])
    if condition["type"] == "Date":
        return now < _moment(condition["date"])
    return bool(condition["type"] == "Indefinite")


def _any_due(rules: Iterable[Rule], transition: str, key: str, since: float, now: float) -> bool:
    return any(
        _due((rule.get(transition) or {}).get("condition"), since, now)
        for rule in rules
        if rule.get("enabled") and key.startswith((rule.get("conditions") or {}).get("prefix") or "")
    )


def _due(condition: Rule | None, since: float, now: float) -> bool:
    if not condition:
        return False
    if condition["type"] == "Date":
        return now >= _moment(condition["date"])
    return now >= since + float(condition["maxAge"])


def _moment(text: str) -> float:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
