"""The server's own drill and check, run by hand: their steps as they come, and what they leave."""

from dataclasses import asdict, dataclass

from host.check.status import CheckStatus, ShowStatus
from host.check.try_alarm import TryAlarm
from host.drill.evidence import Evidence
from host.drill.run import RunDrill
from host.values.json_values import from_json
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.server import program
from operate.server.connection.errors import ends_without_us
from operate.server.program import CommandFailedError
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Drilled:
    """The evidence of a drill, for people."""

    evidence: Evidence

    @property
    def ok(self) -> bool:
        """Whether the dump was restored whole and its schema is the same."""
        return self.evidence.ok

    def rows(self) -> list[tuple[str, str]]:
        """Names and values of a table."""
        found, parts = self.evidence, asdict(self.evidence.seconds)
        total = parts.pop("total")
        rows = [("dump", found.key or "none"), ("size", terminal.size(found.bytes))]
        if found.version:
            rows.append(("made by", f"PostgreSQL {found.version}"))
        if found.ok:
            rows.append(("schema", f"the same, fingerprint {found.fingerprint[:12]}"))
            rows.append(("rows", f"{sum(found.rows.values()):,} in {len(found.rows)} tables"))
        took = ", ".join(f"{part} {seconds:.1f}" for part, seconds in parts.items() if seconds >= 0.05)
        rows.append(("took", f"{total:.1f} s" + (f" ({took})" if took else "")))
        rows.append(("result", "restored without errors, kept under verified/" if found.ok else found.error or ""))
        return rows


def drill(stack: Stack, connection: Connection, *, accept_smaller: bool = False) -> Drilled:
    """Run the drill to its end; PetbaseError where it left no evidence at all."""
    command = RunDrill(stack.service, accept_smaller=accept_smaller)
    look = f"./petbase backups --stack {stack.name}"
    try:
        with ends_without_us(f"A drill that was begun ends on the server by itself; what it found: {look}"):
            found = program.call(stack, connection, command, on_step=terminal.note)
    except CommandFailedError as problem:
        if problem.result is None:
            raise
        found = problem.result
    return Drilled(from_json(Evidence, found, "drill"))


def require_good(stack: Stack, connection: Connection, key: str) -> None:
    """PetbaseError unless the dump that was just made restores, before its database is deleted: a dump that could be
    read back may still be none. Where nothing was made for the dumps (`backups.found`) there is no drill to ask.
    """
    if stack.backups.found:
        return
    done = drill(stack, connection)
    if not done.ok:
        raise PetbaseError(
            f"The last dump, {key}, cannot be restored: {done.evidence.error}. Nothing was torn down; "
            "--no-safety-dump continues without it."
        )


def test_alarm(stack: Stack, connection: Connection) -> tuple[list[str], list[str]]:
    """Let the server send a failure to the dead man's switch, as it would in earnest, and a test to each channel.

    Who was reached, and the server's remarks.
    """
    remarks: list[str] = []
    reached: list[str] = program.call(stack, connection, TryAlarm(stack.service), on_step=remarks.append)
    return reached, remarks


@dataclass(frozen=True)
class LastCheck:
    """What the last check found, whether a dead man's switch is set, and the channels, each with its kind."""

    status: CheckStatus
    has_alarm: bool
    channels: list[str]


def last_check(stack: Stack, connection: Connection) -> LastCheck:
    """PetbaseError where there was none yet."""
    found = program.call(stack, connection, ShowStatus(stack.service))
    if found["status"] is None:
        raise PetbaseError(
            "The server has not been checked yet. The check runs every 15 minutes after pulumi up; try again then."
        )
    status = from_json(CheckStatus, found["status"], "check")
    return LastCheck(status, bool(found["alarm"]), [str(name) for name in found["channels"]])
