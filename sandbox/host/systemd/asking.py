"""The verbs of `systemctl` that only ask, and how any call of it is read."""

import sys
from collections.abc import Callable

from sandbox.host.systemd import show, units
from sandbox.host.systemd.units import UnitError

_FLAGS = {"--now", "--quiet", "-q", "--no-pager", "--all", "-a", "--no-legend", "--no-block", "--value", "--full", "-l"}


class Call:
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


def say(text: str) -> None:
    """A line to stderr."""
    sys.stderr.write(f"{text}\n")


def warn_of_changes(call: Call) -> None:
    """What it says of units whose files are no longer as they were loaded."""
    for name in call.units:
        if units.changed_on_disk(name):
            say(
                f"Warning: The unit file, source configuration file or drop-ins of {name} changed on disk. "
                "Run 'systemctl daemon-reload' to reload units."
            )


def is_active(call: Call) -> int:
    """0 where one of the units is active, else 3."""
    return _each(call, lambda name: show.state(name)[0], {"active"}, 3)


def is_failed(call: Call) -> int:
    """0 where one of the units has failed, else 1."""
    return _each(call, lambda name: show.state(name)[0], {"failed"}, 1)


def is_enabled(call: Call) -> int:
    """0 where one of the units is enabled, else 1."""
    for name in call.units:
        if not units.enabled(name):
            say(f"Failed to get unit file state for {name}: No such file or directory")
            return 1
    return _each(call, units.enabled, {"enabled", "static"}, 1)


def _each(call: Call, ask: Callable[[str], str], good: set[str], otherwise: int) -> int:
    """Each unit's word on a line; 0 when one of them is good, as systemctl counts."""
    answers = [ask(name) for name in call.units]
    if not call.has("--quiet", "-q"):
        sys.stdout.write("".join(f"{answer}\n" for answer in answers))
    return 0 if good & set(answers) else otherwise


def status(call: Call) -> int:
    """4 for a unit that is not there, 3 for one that does not run."""
    code = 0
    for name in call.units:
        if not units.exists(name):
            say(f"Unit {name} could not be found.")
            code = 4
            continue
        sys.stdout.write(show.status(name))
        code = code or (0 if show.state(name)[0] in ("active", "activating") else 3)
    warn_of_changes(call)
    return code


def properties(call: Call) -> int:
    """The units' properties: all, or those of `--property`."""
    wanted = [name for name in call.values.get("--property", "").split(",") if name]
    for number, name in enumerate(call.units):
        sys.stdout.write("\n" if number else "")
        for key, value in show.properties(name).items():
            if not wanted or key in wanted:
                sys.stdout.write(f"{value}\n" if call.has("--value") else f"{key}={value}\n")
    return 0


def cat(call: Call) -> int:
    """The unit files."""
    for name in call.units:
        if not (units.SYSTEM / name).is_file():
            say(f"No files found for {name}.")
            return 1
        sys.stdout.write(f"# {units.SYSTEM / name}\n{(units.SYSTEM / name).read_text()}")
    return 0


def list_timers(call: Call) -> int:
    """A table, or JSON."""
    as_json = call.values.get("--output") == "json"
    sys.stdout.write(show.list_timers(legend=not call.has("--no-legend"), as_json=as_json))
    return 0
