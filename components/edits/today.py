"""The day that the program runs on; ./petbase plan fixes it, since a plan must not depend on it."""

from contextvars import ContextVar
from datetime import UTC, date, datetime

FIXED: ContextVar[date | None] = ContextVar("FIXED", default=None)


def today() -> date:
    """In UTC."""
    return FIXED.get() or datetime.now(UTC).date()
