"""How far an upgrade has come, in services/SERVICE/upgrade."""

from dataclasses import dataclass

from host.core.host import Host
from host.loading.verdict import Verdict
from host.values.json_values import from_json

COPYING, EXCHANGING, RESTARTING, OPENING, DONE = "copying", "exchanging", "restarting", "opening", "done"
"""Until EXCHANGING nothing of the old service has changed, and a failure leaves nothing of the new one. From then on
everything is in the new one, and a run that was cut off goes on."""


@dataclass(frozen=True)
class UpgradeState:
    """`phase` is what is being done. `before` and `version` are the versions; `began` is in seconds since 1970.

    `restarts` are the apps that must still restart, `rows`, `tables` and `fingerprint` what was compared. `held_back`
    says whose data stays in the old service.
    """

    phase: str
    before: str
    version: str
    began: int
    restarts: tuple[str, ...] = ()
    rows: int = 0
    tables: int = 0
    fingerprint: str = ""
    held_back: tuple[Verdict, ...] = ()


def read(host: Host, service: str) -> UpgradeState | None:
    """The upgrade that has begun; None for none."""
    found = host.state.read(_name(service))
    return from_json(UpgradeState, found) if found else None


def write(host: Host, service: str, state: UpgradeState) -> None:
    """Note how far it has come."""
    host.state.save(_name(service), state)


def forget(host: Host, service: str) -> None:
    """It has ended."""
    host.state.remove(_name(service))


def _name(service: str) -> str:
    return f"services/{service}/upgrade"
