"""An app in a few words: whether it runs, and when its code last came."""

from datetime import UTC, datetime

from host.report.model.app import Running
from host.report.model.status import AppStatus
from operate.core import terminal

_STATES: dict[Running, str] = {"all": "runs", "some": "runs in part", "none": "down"}


def state(found: AppStatus) -> str:
    """In a word or two."""
    if not found.exists:
        return "not on the server"
    if found.deployed.value is None or found.running.value is None:
        return "not known"
    return _STATES[found.running.value] if found.deployed.value else "not pushed yet"


def last_deploy(found: AppStatus, now: datetime) -> str:
    """`3 days ago`; "" where that is not known."""
    at = found.last_deploy.value
    return f"{terminal.age(datetime.fromtimestamp(at, UTC), now)} ago" if at else ""


def deployed(found: AppStatus, now: datetime) -> str:
    """`deployed 3 days ago`, `last deploy not known` or `not deployed`."""
    when = last_deploy(found, now)
    return f"deployed {when}" if when else "last deploy not known" if found.deployed.value else "not deployed"
