"""The verbs of `systemctl`, and two of the stand-in's own, which only tests use.

`systemctl sandbox-freeze`: from now to the next boot the clock fires no timer and no line of cron's; it answers when
what timers have started has ended.
`systemctl sandbox-tick 2026-11-29T00:00:00Z` says what time it is: every timer that has elapsed by then starts its
service, random delays aside, and the answer comes when all have ended.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.host.systemd import asking as ask
from sandbox.host.systemd import daemons, service, timers, units
from sandbox.host.systemd.asking import Call, say
from sandbox.host.systemd.units import UnitError

_STOP_SECONDS = 90


def _start(call: Call, what: str = "start") -> int:
    ask.warn_of_changes(call)
    code = 0
    for name in call.units:
        try:
            if name.endswith(".timer"):
                timers.start(name)
            else:
                units.load(name)
                code = _run(name, wait=not call.has("--no-block")) or code
        except UnitError as error:
            say(f"Failed to {what} {name}: {error}")
            code = 1 if isinstance(error, timers.BadTimerError) else 5
    return code


def _run(name: str, *, wait: bool) -> int:
    process = service.spawn(name)
    # A service that is no oneshot counts as started as soon as it runs.
    if not wait or units.load(name).one("Service", "Type", "simple") != "oneshot" or process.wait() == 0:
        return 0
    say(f"Job for {name} failed because the control process exited with error code.")
    say(f'See "systemctl status {name}" and "journalctl -xeu {name}" for details.')
    return 1


def _read_again(call: Call, what: str) -> int:
    """`reload` and `restart` of the image's own daemons."""
    for name in call.units:
        if not daemons.known(name):
            say(f"Failed to {what} {name}: Unit {name} not found.")
            return 5
        daemons.read_again(name, what)
    return 0


def _try(call: Call) -> int:
    """`try-restart`, `try-reload-or-restart`: what does not run is left so."""
    return _read_again(Call([name for name in call.units if daemons.known(name)]), "reload")


def _stop(call: Call) -> int:
    code = 0
    for name in call.units:
        if not units.exists(name):
            say(f"Failed to stop {name}: Unit {name} not loaded.")
            code = 5
        elif name.endswith(".timer"):
            timers.stop(name)
        else:
            _stop_service(name)
    return code


def _stop_service(name: str) -> None:
    last = service.last(name)
    if last["state"] == "active":
        service.forget(name)
    if last["state"] != "activating":
        return
    os.kill(int(last["manager"]), signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while service.last(name)["state"] == "activating" and time.monotonic() < deadline:
        time.sleep(0.02)


def _restart(call: Call) -> int:
    if call.units and all(daemons.known(name) for name in call.units):
        return _read_again(call, "restart")
    present = [name for name in call.units if units.exists(name)]
    for name in present:
        _stop(Call([name]))
    return _start(call, "restart")


def _enable(call: Call) -> int:
    for name in call.units:
        if not (units.SYSTEM / name).is_file():
            say(f"Failed to enable unit: Unit file {name} does not exist.")
            return 1
    units.reload()
    for name in call.units:
        for link in units.wanted_by(name):
            if not link.is_symlink():
                link.parent.mkdir(exist_ok=True)
                link.symlink_to(units.SYSTEM / name)
                say(f"Created symlink {link} → {units.SYSTEM / name}.")
    return _start(call) if call.has("--now") else 0


def _disable(call: Call) -> int:
    for name in call.units:
        if not (units.SYSTEM / name).is_file() and not list(units.SYSTEM.glob(f"*.wants/{name}")):
            say(f"Failed to disable unit: Unit file {name} does not exist.")
            return 1
        for link in sorted(units.SYSTEM.glob(f"*.wants/{name}")):
            link.unlink()
            say(f'Removed "{link}".')
    return _stop(call) if call.has("--now") else 0


def _reload(_: Call) -> int:
    units.reload()
    return 0


def _reset_failed(call: Call) -> int:
    for name in call.units:
        if not units.exists(name):
            say(f"Failed to reset failed state of unit {name}: Unit {name} not loaded.")
            return 1
        service.forget(name)
    return 0


def _freeze(_: Call) -> int:
    timers.FROZEN.parent.mkdir(parents=True, exist_ok=True)
    timers.FROZEN.touch()
    while any(service.last(timer.unit.triggers)["state"] == "activating" for timer in timers.all_active()):
        time.sleep(0.02)
    return 0


def _tick(call: Call) -> int:
    now = datetime.fromisoformat(call.plain[0]).astimezone(UTC)
    for name, process in timers.tick(now, delayed=False).items():
        process.wait()
        sys.stdout.write(f"{name} {service.last(name)['result']}\n")
    return 0


_VERBS: dict[str, Callable[[Call], int]] = {
    "cat": ask.cat,
    "daemon-reload": _reload,
    "disable": _disable,
    "enable": _enable,
    "is-active": ask.is_active,
    "is-enabled": ask.is_enabled,
    "is-failed": ask.is_failed,
    "list-timers": ask.list_timers,
    "reload": lambda call: _read_again(call, "reload"),
    "reset-failed": _reset_failed,
    "restart": _restart,
    "sandbox-freeze": _freeze,
    "sandbox-tick": _tick,
    "show": ask.properties,
    "start": _start,
    "status": ask.status,
    "stop": _stop,
    "try-reload-or-restart": _try,
    "try-restart": _try,
}


def main(words: list[str]) -> int:
    """One call."""
    verb = next((word for word in words if not word.startswith("-")), "")
    if verb not in _VERBS:
        say(f"systemctl: (stand-in) the sandbox knows: {', '.join(_VERBS)}")
        return 1
    rest = list(words)
    rest.remove(verb)
    try:
        return _VERBS[verb](Call(rest))
    except (UnitError, ValueError) as error:
        say(f"systemctl: {error}")
        return 1
