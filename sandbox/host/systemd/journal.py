"""The journal, a text file among the host's logs, and `journalctl` for it."""

import re
import sys
from datetime import UTC, datetime

from sandbox.host import paths

_FILE = paths.LOG / "journal.log"
_LINE = re.compile(r"(?P<at>\S+) (?P<unit>\S+) (?P<who>\S+): ?(?P<text>.*)")


def write(unit: str, who: str, text: str) -> None:
    """One line or several of a unit; `who` is `systemd[1]`, or the program with its number."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with _FILE.open("a") as file:
        file.write("".join(f"{at} {unit} {who}: {line}\n" for line in text.splitlines()))


def of(unit: str) -> list[re.Match[str]]:
    """A unit's lines, the oldest first; all of them without a unit."""
    rows = _FILE.read_text(errors="replace").splitlines() if _FILE.exists() else []
    found = [match for match in map(_LINE.fullmatch, rows) if match]
    return [match for match in found if unit in ("", match["unit"])]


def short(match: re.Match[str]) -> str:
    """As `journalctl` shows it."""
    at = datetime.fromisoformat(match["at"])
    return f"{at:%b %d %H:%M:%S} {paths.hostname()} {match['who']}: {match['text']}"


def main(words: list[str]) -> int:
    """`journalctl [--unit UNIT] [--lines N] [--output cat|short] [--no-pager] [--quiet]`"""
    unit, count, form = "", 0, "short"
    rest = iter(words)
    for word in rest:
        flag, equals, value = word.partition("=")
        if flag in {"-u", "--unit", "-n", "--lines", "-o", "--output"}:
            value = value if equals else next(rest, "")
        if flag in {"-u", "--unit"}:
            unit = value if "." in value else f"{value}.service"
        elif flag in {"-n", "--lines"}:
            count = int(value)
        elif flag in {"-o", "--output"}:
            form = value
        elif flag not in {"--no-pager", "-q", "--quiet", "-e", "-x", "-xe"}:
            sys.stderr.write(f"journalctl: (stand-in) the sandbox does not know {word}\n")
            return 1
    lines = of(unit)[-count:]
    if not lines and not {"-q", "--quiet"} & set(words):
        sys.stdout.write("-- No entries --\n")
    for match in lines:
        sys.stdout.write((match["text"] if form == "cat" else short(match)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
