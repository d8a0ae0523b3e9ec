"""Another major of the shared PostgreSQL: what runs, who uses it, whether it can be done; then the work.

The server is upgraded first and the stack file last, by a run for the one resource that holds the version, which may
pass the refusal of another major (components/edits/refusals.py). An interrupted run sees on the server how far it came.
"""

import re
import time
from dataclasses import dataclass

from components.config.spec import Database
from components.dokku import shell
from components.edits.refusals import UPGRADED
from host.upgrade.course import Upgraded
from host.upgrade.named import options
from host.upgrade.report import ReportUpgrade, UpgradeReport
from host.upgrade.run import RunUpgrade
from host.values.json_values import from_json
from host.values.old_services import old_service
from operate.core import stack_names, terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.server import program
from operate.server.connection.errors import ends_without_us
from operate.server.program import CommandFailedError
from operate.server.ssh import Connection
from operate.stack import pulumi_cli, state
from operate.stack.deployment import Engine
from operate.stack.outputs import Stack

PATH = "petbase:estate.database.version"
_VERSION = re.compile(r"\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Done:
    """What the server's part came to, and how many seconds this run of it took."""

    upgraded: Upgraded
    seconds: float


@dataclass(frozen=True)
class Upgrade:
    """One stack's service, and the version that it shall have."""

    stack: Stack
    connection: Connection
    deployment: Engine
    version: str
    hold_back: tuple[str, ...] = ()
    """Whose data may stay in the old service."""

    @property
    def again(self) -> str:
        """The command that continues it."""
        words = [self.version, *options(self.hold_back), "--stack", self.stack.name]
        return shell.line("./petbase", "upgrade-database", *words)

    @property
    def kept(self) -> str:
        """The service that holds the old data in the end."""
        return old_service(self.stack.service, self.version)

    def require_possible(self, seen: UpgradeReport) -> None:
        """RefusedError for anything but an upgrade to another major."""
        service, running = self.stack.service, seen.running
        before, after = int(running.partition(".")[0]), int(self.version.partition(".")[0])
        if seen.begun and seen.begun != self.version:
            raise RefusedError(
                f"An upgrade of {service} to {seen.begun} was cut off; nothing was changed. Finish it first: "
                f"./petbase upgrade-database {seen.begun} --stack {self.stack.name}"
            )
        if running == self.version or seen.begun:
            return
        if after < before:
            raise RefusedError(
                f"{service} runs PostgreSQL {running}, which no {after} can read; nothing was changed. The way back to "
                "an older major is a dump of that time: docs/upgrades.md"
            )
        if after == before and _minor(self.version) < _minor(running):
            raise RefusedError(
                f"{service} runs PostgreSQL {running}, and {self.version} is older; nothing was changed. There is no "
                "way back to an older minor: docs/upgrades.md"
            )
        if after == before:
            raise RefusedError(
                f"{service} runs PostgreSQL {running}, and {self.version} is of the same major. Write version: "
                f'"{self.version}" in the stack file and run {stack_names.up(self.stack.name)}'
            )
        if self.kept in [old.name for old in seen.old]:
            raise RefusedError(
                f"{self.kept} is still there, with the data from before an earlier upgrade; nothing was changed. To "
                f"delete it: ./petbase upgrade-database --drop-old --stack {self.stack.name}"
            )

    def run(self) -> Done:
        """The server's part. Until the exchange a failure leaves all as it was."""
        began = time.monotonic()
        command = RunUpgrade(self.stack.service, version=self.version, hold_back=self.hold_back)
        try:
            with ends_without_us(f"What has begun ends on the server by itself. To see it through: {self.again}"):
                found = program.call(self.stack, self.connection, command, on_step=terminal.note)
        except CommandFailedError as problem:
            raise problem.to_repeat(self.again) from None
        return Done(from_json(Upgraded, found), time.monotonic() - began)

    def settle(self) -> None:
        """The stack file's and the state's part."""
        urn = f"petbase:database:Database$command:remote:Command::{self.stack.service}-service"
        found = [one.urn for one in state.read(self.stack.name).resources if one.urn.endswith(urn)]
        if not found:
            raise PetbaseError(f"The state of {self.stack.name} knows no {self.stack.service}; run pulumi up.")
        pulumi_cli.set_word(self.stack.name, PATH, self.version)
        self.deployment.up_only(found, {UPGRADED: self.version})


def chosen(version: str | None) -> str:
    """The version that was asked for, or the default for a new database. RefusedError for anything else."""
    if version is None:
        return Database().version
    if not _VERSION.fullmatch(version):
        raise RefusedError(f'"{version}" is not a version; write MAJOR.MINOR, like "{Database().version}"')
    return version


def _minor(version: str) -> int:
    """Of `18.4` the 4, of `18` none; an image's tag may have more words, as in `18.4-alpine`."""
    found = re.match(r"\d+\.(\d+)", version)
    return int(found[1]) if found else 0


def fetch(stack: Stack, connection: Connection) -> UpgradeReport:
    """Ask the server."""
    return from_json(UpgradeReport, program.call(stack, connection, ReportUpgrade(stack.service)))
