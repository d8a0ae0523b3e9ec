"""An app's settings made as declared: what the stack file says is set, what it no longer says is reset.

The state keeps the names of what Petbase set, so that it knows what to reset one day. A name is written down before
anything is set, and forgotten after it was reset: a run that was cut off in between forgets nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from host.app.restart import owe_restart
from host.core.host import Host
from host.core.ownership import claim
from host.dokku import config
from host.settings.kind import name_of
from host.settings.table import KINDS, AppSettings

_VARIABLES = "variables"


def converge(host: Host, app: str, settings: AppSettings, secret_values: Mapping[str, str]) -> None:
    """Set and reset every kind. The restart that this may need is owed afterwards."""
    values = {**settings.env, **secret_values}
    _remembering(host, app, _VARIABLES, values, partial(apply_variables, host, app, values))
    for name, kind in KINDS.items():
        words = getattr(settings, name)
        _remembering(host, app, name, map(name_of, words), partial(kind.apply, host, app, words))


def _remembering(
    host: Host, app: str, kind: str, declared: Iterable[str], apply: Callable[[tuple[str, ...]], None]
) -> None:
    """Call `apply` with the names that are gone; nothing to do where none is declared, and none ever was."""
    names, state = tuple(declared), f"apps/{app}/settings/{kind}"
    before = tuple((host.state.read(state) or {}).get("names", ()))
    gone = tuple(name for name in before if name not in names)
    if not names and not gone:
        return
    host.state.write(state, names=[*gone, *names])
    apply(gone)
    if names:
        host.state.write(state, names=names)
    else:
        host.state.remove(state)


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


def reset(host: Host, app: str) -> None:
    """Reset what is left of settings that the stack no longer has; the caller restarts the app.

    A `settings ensure` that failed at its first run is in no state of the stack, so nothing else would.
    """
    claim(host, f"apps/{app}")
    if host.state.names(f"apps/{app}/settings"):
        host.step(f"{app}: resets settings that the stack file does not have")
        converge(host, app, AppSettings(), {})
