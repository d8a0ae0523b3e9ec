"""Unit files: what they say, what of them is loaded, which are enabled.

systemd reads a file when a unit is first asked for and again at `daemon-reload`; a file that changed in between counts
for nothing. So a copy of what was loaded is kept under /run, and read in place of the file.
"""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.host.dokku.core import files

SYSTEM = Path("/etc/systemd/system")
STATE = Path("/run/systemd/sandbox")
_LOADED = STATE / "loaded"
# What the stand-in obeys; what it may ignore, since it only limits or orders what runs; anything else it says.
_OBEYED = {
    "Unit": {"Description", "Documentation"},
    "Timer": {"OnCalendar", "Persistent", "RandomizedDelaySec", "Unit"},
    "Service": {"Type", "ExecStart", "ExecStartPre", "Environment", "WorkingDirectory", "RemainAfterExit"}
    | {"TimeoutStartSec", "User"},
    "Install": {"WantedBy"},
}
_HARMLESS = re.compile(
    r"After|Before|Wants|Requires|AccuracySec|FixedRandomDelay|Nice|CPU\w+|IO\w+|Memory\w+|TasksMax|UMask|LimitN\w+"
    r"|Protect\w+|Private\w+|Restrict\w+|NoNewPrivileges|ReadWritePaths|Standard\w+|SyslogIdentifier|KillMode"
)


class UnitError(Exception):
    """A unit that is not there or cannot be used; the text is systemd's."""


@dataclass(frozen=True)
class Unit:
    """A unit as it was loaded: settings by section and name, every value of each."""

    name: str
    settings: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)

    def all(self, section: str, name: str) -> list[str]:
        """Every value; an empty one forgets those before it."""
        values = self.settings.get((section, name), [])
        return values[len(values) - values[::-1].index("") :] if "" in values else values

    def one(self, section: str, name: str, default: str = "") -> str:
        """The last value."""
        return (self.all(section, name) or [default])[-1]

    def yes(self, section: str, name: str) -> bool:
        """Whether it is switched on."""
        return self.one(section, name).lower() in {"1", "yes", "true", "on"}

    @property
    def description(self) -> str:
        """What it calls itself."""
        return self.one("Unit", "Description", self.name)

    @property
    def triggers(self) -> str:
        """The unit that a timer starts."""
        return self.one("Timer", "Unit", self.name.removesuffix(".timer") + ".service")


def full(name: str) -> str:
    """A name without a suffix is a service's."""
    return name if name.endswith((".service", ".timer", ".target")) else f"{name}.service"


def parse(name: str, text: str) -> Unit:
    """The file's text; what the stand-in does not know is kept by name."""
    unit, section = Unit(name), ""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        row = line.strip()
        if not row or row[0] in "#;":
            continue
        if row[0] == "[" and row[-1] == "]":
            section = row[1:-1]
            continue
        key, _, value = (part.strip() for part in row.partition("="))
        unit.settings.setdefault((section, key), []).append(value)
        if key not in _OBEYED.get(section, set()) and not _HARMLESS.fullmatch(key):
            unit.strange.append(f"{section}.{key}")
    return unit


def exists(name: str) -> bool:
    """Whether there is a file, or a copy of one that was loaded."""
    return (SYSTEM / name).is_file() or (_LOADED / name).is_file()


def load(name: str) -> Unit:
    """The unit as it was loaded, now if never before. UnitError when there is none."""
    copy = _LOADED / name
    if not copy.exists():
        if not (SYSTEM / name).is_file():
            raise UnitError(f"Unit {name} not found.")
        files.write(copy, (SYSTEM / name).read_text())
    return parse(name, copy.read_text())


def changed_on_disk(name: str) -> bool:
    """Whether `daemon-reload` is due."""
    copy, file = _LOADED / name, SYSTEM / name
    return copy.exists() and (not file.exists() or file.read_text() != copy.read_text())


def reload() -> None:
    """`daemon-reload`: forget the copies."""
    shutil.rmtree(_LOADED, ignore_errors=True)


def wanted_by(name: str) -> list[Path]:
    """The links that enable a unit."""
    return [
        SYSTEM / f"{target}.wants" / name for words in load(name).all("Install", "WantedBy") for target in words.split()
    ]


def enabled(name: str) -> str:
    """`enabled`, `disabled`, `static` (nothing to enable), or "" without a file."""
    if not (SYSTEM / name).is_file():
        return ""
    links = list(SYSTEM.glob(f"*.wants/{name}"))
    if links:
        return "enabled"
    return "disabled" if parse(name, (SYSTEM / name).read_text()).all("Install", "WantedBy") else "static"


def wanted(target: str) -> list[str]:
    """What a target starts at boot."""
    folder = SYSTEM / f"{target}.wants"
    return sorted(link.name for link in folder.iterdir() if link.exists()) if folder.exists() else []
