"""The verbs of `systemctl`, and two of the stand-in's own, which only tests use.

`systemctl sandbox-freeze`: from now to the next boot the clock fires no timer and no line of cron's; it answers when
what timers have started has ended.
`systemctl sandbox-tick 2026-11-29T00:00:00Z` says what time it is: every timer that has elapsed by then starts its
service, random delays aside, and the answer comes when all have ended.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.host.systemd import daemons, service, show, timers, units
from sandbox.host.systemd.units import UnitError

_FLAGS = {"--now", "--quiet", "-q", "--no-pager", "--all", "-a", "--no-legend", "--no-block", "--value", "--full", "-l"}
_STOP_SECONDS = 90


class _Call:
    """Units and flags of one call."""

    def __init__(self, words: list[str]) -> None:
        self.flags = {word for word in words if word in _FLAGS}
        self.values = dict(word.split("=", 1) for word in words if word.startswith("--") and "=" in word)
        self.plain = [word for word in words if not word.startswith("-")]
        unknown = [w for w in words if w.startswith("-") and w not in _FLAGS and "=" not in w and w[:2] != "-p"]
        if unknown:
            raise UnitError(f"unrecognized option '{unknown[0]}'")
        self.units = [units.full(word) for word in self.plain]
        for word in words:
            if word.startswith("-p") and not word.startswith("--"):
                self.values["--property"] = word[2:]

    def has(self, *names: str) -> bool:
        """Whether one of these flags was given."""
        return bool(self.flags & set(names))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _warn_of_changes(call: _Call) -> None:
    for name in call.units:
        if units.changed_on_disk(name):
            _say(
                f"Warning: The unit file, source configuration file or drop-ins of {name} changed on disk. "
                "Run 'systemctl daemon-reload' to reload units."
            )


def _start(call: _Call, what: str = "start") -> int:
    _warn_of_changes(call)
    code = 0
    for name in call.units:
        try:
            if name.endswith(".timer"):
                timers.start(name)
            else:
                units.load(name)
                code = _run(name, wait=not call.has("--no-block")) or code
        except UnitError as error:
            _say(f"Failed to {what} {name}: {error}")
            code = 1 if isinstance(error, timers.BadTimerError) else 5
    return code


def _run(name: str, *, wait: bool) -> int:
    process = service.spawn(name)
    # A service that is no oneshot counts as started as soon as it runs.
    if not wait or units.load(name).one("Service", "Type", "simple") != "oneshot" or process.wait() == 0:
        return 0
    _say(f"Job for {name} failed because the control process exited with error code.")
    _say(f'See "systemctl status {name}" and "journalctl -xeu {name}" for details.')
    return 1


def _read_again(call: _Call, what: str) -> int:
    """`reload` and `restart` of the image's own daemons."""
    for name in call.units:
        if not daemons.known(name):
            _say(f"Failed to {what} {name}: Unit {name} not found.")
            return 5
        daemons.read_again(name, what)
    return 0


def _try(call: _Call) -> int:
    """`try-restart`, `try-reload-or-restart`: what does not run is left so."""
    return _read_again(_Call([name for name in call.units if daemons.known(name)]), "reload")


def _stop(call: _Call) -> int:
    code = 0
    for name in call.units:
        if not units.exists(name):
            _say(f"Failed to stop {name}: Unit {name} not loaded.")
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


def _restart(call: _Call) -> int:
    if call.units and all(daemons.known(name) for name in call.units):
        return _read_again(call, "restart")
    present = [name for name in call.units if units.exists(name)]
    for name in present:
        _stop(_Call([name]))
    return _start(call, "restart")


def _enable(call: _Call) -> int:
    for name in call.units:
        if not (units.SYSTEM / name).is_file():
            _say(f"Failed to enable unit: Unit file {name} does not exist.")
            return 1
    units.reload()
    for name in call.units:
        for link in units.wanted_by(name):
            if not link.is_symlink():
                link.parent.mkdir(exist_ok=True)
                link.symlink_to(units.SYSTEM / name)
                _say(f"Created symlink {link} → {units.SYSTEM / name}.")
    return _start(call) if call.has("--now") else 0


def _disable(call: _Call) -> int:
    for name in call.units:
        if not (units.SYSTEM / name).is_file() and not list(units.SYSTEM.glob(f"*.wants/{name}")):
            _say(f"Failed to disable unit: Unit file {name} does not exist.")
            return 1
        for link in sorted(units.SYSTEM.glob(f"*.wants/{name}")):
            link.unlink()
            _say(f'Removed "{link}".')
    return _stop(call) if call.has("--now") else 0


def _reload(_: _Call) -> int:
    units.reload()
    return 0


def _reset_failed(call: _Call) -> int:
    for name in call.units:
        if not units.exists(name):
            _say(f"Failed to reset failed state of unit {name}: Unit {name} not loaded.")
            return 1
        service.forget(name)
    return 0


def _is_active(call: _Call) -> int:
    return _each(call, lambda name: show.state(name)[0], {"active"}, 3)


def _is_failed(call: _Call) -> int:
    return _each(call, lambda name: show.state(name)[0], {"failed"}, 1)


def _is_enabled(call: _Call) -> int:
    for name in call.units:
        if not units.enabled(name):
            _say(f"Failed to get unit file state for {name}: No such file or directory")
            return 1
    return _each(call, units.enabled, {"enabled", "static"}, 1)


def _each(call: _Call, ask: Callable[[str], str], good: set[str], otherwise: int) -> int:
    """Each unit's word on a line; 0 when one of them is good, as systemctl counts."""
    answers = [ask(name) for name in call.units]
    if not call.has("--quiet", "-q"):
        sys.stdout.write("".join(f"{answer}\n" for answer in answers))
    return 0 if good & set(answers) else otherwise


def _status(call: _Call) -> int:
    code = 0
    for name in call.units:
        if not units.exists(name):
            _say(f"Unit {name} could not be found.")
            code = 4
            continue
        sys.stdout.write(show.status(name))
        code = code or (0 if show.state(name)[0] in ("active", "activating") else 3)
    _warn_of_changes(call)
    return code


def _show(call: _Call) -> int:
    wanted = [name for name in call.values.get("--property", "").split(",") if name]
    for number, name in enumerate(call.units):
        sys.stdout.write("\n" if number else "")
        for key, value in show.properties(name).items():
            if not wanted or key in wanted:
                sys.stdout.write(f"{value}\n" if call.has("--value") else f"{key}={value}\n")
    return 0


def _cat(call: _Call) -> int:
    for name in call.units:
        if not (units.SYSTEM / name).is_file():
            _say(f"No files found for {name}.")
            return 1
        sys.stdout.write(f"# {units.SYSTEM / name}\n{(units.SYSTEM / name).read_text()}")
    return 0


def _list_timers(call: _Call) -> int:
    as_json = call.values.get("--output") == "json"
    sys.stdout.write(show.list_timers(legend=not call.has("--no-legend"), as_json=as_json))
    return 0


def _freeze(_: _Call) -> int:
    timers.FROZEN.parent.mkdir(parents=True, exist_ok=True)
    timers.FROZEN.touch()
    while any(service.last(timer.unit.triggers)["state"] == "activating" for timer in timers.all_active()):
        time.sleep(0.02)
    return 0


def _tick(call: _Call) -> int:
    now = datetime.fromisoformat(call.plain[0]).astimezone(UTC)
    for name, process in timers.tick(now, delayed=False).items():
        process.wait()
        sys.stdout.write(f"{name} {service.last(name)['result']}\n")
    return 0


_VERBS: dict[str, Callable[[_Call], int]] = {
    "cat": _cat,
    "daemon-reload": _reload,
    "disable": _disable,
    "enable": _enable,
    "is-active": _is_active,
    "is-enabled": _is_enabled,
    "is-failed": _is_failed,
    "list-timers": _list_timers,
    "reload": lambda call: _read_again(call, "reload"),
    "reset-failed": _reset_failed,
    "restart": _restart,
    "sandbox-freeze": _freeze,
    "sandbox-tick": _tick,
    "show": _show,
    "start": _start,
    "status": _status,
    "stop": _stop,
    "try-reload-or-restart": _try,
    "try-restart": _try,
}


def main(words: list[str]) -> int:
    """One call."""
    verb = next((word for word in words if not word.startswith("-")), "")
    if verb not in _VERBS:
        _say(f"systemctl: (stand-in) the sandbox knows: {', '.join(_VERBS)}")
        return 1
    rest = list(words)
    rest.remove(verb)
    try:
        return _VERBS[verb](_Call(rest))
    except (UnitError, ValueError) as error:
        _say(f"systemctl: {error}")
        return 1
