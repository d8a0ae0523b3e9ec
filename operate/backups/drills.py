"""The server's own drill and check, run by hand: their steps as they come, and what they leave."""

import json
from dataclasses import dataclass
from typing import Any

from components.dokku import watching
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.server.ssh import Connection, ConnectionCutError, RemoteError
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Drilled:
    """The evidence of a drill, as it lies beside the dumps."""

    evidence: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Whether the dump was restored whole and its schema is the same."""
        return self.evidence["ok"] is True

    @property
    def error(self) -> str:
        """Why not, in the script's words."""
        return str(self.evidence["error"] or "")

    def rows(self) -> list[tuple[str, str]]:
        """For people."""
        told, parts = self.evidence, dict(self.evidence["seconds"])
        total = parts.pop("total")
        found = [("dump", str(told["key"] or "none")), ("size", terminal.size(int(told["bytes"])))]
        if told["version"]:
            found.append(("made by", f"PostgreSQL {told['version']}"))
        if self.ok:
            counted = told["rows"]
            found.append(("schema", f"the same, fingerprint {told['fingerprint'][:12]}"))
            found.append(("rows", f"{sum(counted.values()):,} in {len(counted)} tables"))
        took = ", ".join(f"{part} {seconds:.1f}" for part, seconds in parts.items() if seconds)
        found.append(("took", f"{total:.1f} s" + (f" ({took})" if took else "")))
        found.append(("result", "restores well, kept under verified/" if self.ok else self.error))
        return found


def drill(stack: Stack, connection: Connection) -> Drilled:
    """Run the drill to its end; PetbaseError where it left no evidence at all."""
    told: list[str] = []

    def seen(line: str) -> None:
        if line.startswith("{"):
            told.append(line)
        else:
            terminal.note(line)

    failure: RemoteError | None = None
    try:
        connection.follow("the drill", watching.run(stack.service, "drill"), seen)
    except RemoteError as error:
        failure = error
    except (ConnectionCutError, KeyboardInterrupt) as problem:
        raise PetbaseError(
            f"{str(problem) or 'It was interrupted here.'} A drill that was begun ends on the server by itself; what "
            f"it found: ./petbase backups --stack {stack.name}"
        ) from None
    if not told:
        raise failure or PetbaseError("the drill ended without a word; look at it with ./petbase ssh")
    return Drilled(json.loads(told[-1]))


def require_good(stack: Stack, connection: Connection, key: str) -> None:
    """PetbaseError unless the dump that was just made restores: before its database goes, since a dump that could be
    read back may still be none. Where nothing was made for the dumps (`backups.found`) there is no drill to ask.
    """
    if stack.backups.found:
        return
    done = drill(stack, connection)
    if not done.ok:
        raise PetbaseError(
            f"The last dump, {key}, cannot be restored: {done.error}. Nothing was torn down; "
            "--no-safety-dump goes on without it."
        )


def test_alarm(stack: Stack, connection: Connection) -> str:
    """Let the server send a failure to the dead man's switch, as it would in earnest; what it said."""
    return connection.send("the alarm", watching.run(stack.service, "check", "test")).strip()


def last_check(stack: Stack, connection: Connection) -> tuple[dict[str, Any], bool]:
    """What the last check found, and whether somebody would be told."""
    try:
        said = connection.send("the last check", watching.read(stack.service)).splitlines()
    except RemoteError as error:
        why = "" if "No such file" in error.said else f": {error.said}"
        raise PetbaseError(
            "The server has not looked at its dumps yet. It does at each quarter of an hour after pulumi up, but not "
            f"while backups are paused{why}."
        ) from None
    return json.loads(said[0]), said[-1] == "told"
