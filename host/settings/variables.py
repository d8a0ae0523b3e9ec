"""Variables of an app: any text, secret or not. Compared first, since a change means a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from host.app.restart import owe_restart
from host.core.host import Host
from host.dokku import config


def apply_variables(host: Host, app: str, values: Mapping[str, str], gone: Sequence[str]) -> None:
    """Set what differs, remove what is gone. No value is ever printed."""
    present = config.read(host, app)
    if removed := [name for name in gone if name in present]:
        host.step(f"{app}: removes {' '.join(removed)}")
        owe_restart(host, app)
        config.unset(host, app, *removed)
    if differing := {name: value for name, value in values.items() if present.get(name) != value}:
        host.step(f"{app}: sets {' '.join(differing)}")
        owe_restart(host, app)
        config.put(host, app, differing)
