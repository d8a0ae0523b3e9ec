"""What the server tells of itself: one connection, one script (scripts/look.sh), lines of WHAT VALUE."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from components.dokku import looking
from operate.core.errors import PetbaseError
from operate.server.ssh import Connection
from operate.stack.outputs import Settings, Stack

_NO_ANSWER = "? "


@dataclass(frozen=True)
class ServerReport:
    """The lines of one look."""

    lines: tuple[str, ...]

    def values(self, what: str) -> list[str]:
        """What stands behind `WHAT `, of every line that begins so."""
        return [line[len(what) + 1 :] for line in self.lines if line == what or line.startswith(f"{what} ")]

    def value(self, what: str) -> str | None:
        """The one value of `WHAT`; None where there was no answer (see `reason`)."""
        found = self.values(what)
        return found[0] if found and not found[0].startswith(_NO_ANSWER) else None

    def reason(self, what: str) -> str:
        """Why a question found no answer."""
        found = self.values(what)
        said = found[0].removeprefix(_NO_ANSWER).lstrip("! ") if found else ""
        return said or "the server did not tell"

    def words(self, what: str) -> list[str]:
        """The words of one value; none where there was no answer."""
        return (self.value(what) or "").split()

    def numbers(self, what: str, count: int) -> list[int] | None:
        """Exactly so many numbers; None for anything else."""
        words = self.words(what)
        return [int(word) for word in words] if len(words) == count and all(w.isdecimal() for w in words) else None

    def busy(self, *resources: str) -> bool:
        """Whether a script holds the lock of one of them, so that what it works on looks half made."""
        return any(one.startswith(resources) for one in self.values("busy"))

    @property
    def now(self) -> datetime:
        """The server's clock."""
        found = self.numbers("now", 1)
        return datetime.fromtimestamp(found[0], UTC) if found else datetime.now(UTC)

    @property
    def since(self) -> datetime | None:
        """Since when dumps are watched: what was due before that moment is not late."""
        found = self.numbers("since", 1)
        return datetime.fromtimestamp(found[0], UTC) if found else None

    @property
    def watch(self) -> dict[str, Any]:
        """What the last check wrote down (components/dokku/scripts/check.sh); empty where there was none."""
        try:
            found = json.loads(self.value("watch") or "")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def fetch(stack: Stack, connection: Connection) -> ServerReport:
    """Ask the server. PetbaseError when it cannot be reached, or when its answer came cut off."""
    spec = stack.backups
    settled = {name: app.settings.env for name, app in stack.apps.items() if app.settings != Settings()}
    text = looking.look(
        stack.service,
        list(stack.apps),
        spec.bucket,
        spec.path,
        spec.endpoint,
        stack=f"petbase/{stack.name}",
        # No lock of ours is on the proof's name; of another store's locks nobody knows.
        proves=spec.store == "r2" and not (spec.paused or spec.found),
        settled=settled,
        hardened=stack.server.hardened,
    )
    said = connection.run("sh", "-c", text)
    found = tuple(lines(said))
    if not found or found[-1] != "end":
        raise PetbaseError("The server's answer came cut off; try again.")
    return ServerReport(found)


def lines(said: str) -> Iterator[str]:
    """What a look printed, line by line."""
    return (line.strip() for line in said.splitlines() if line.strip())
