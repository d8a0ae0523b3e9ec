"""The course of an import of files, of a database, or of both: looked at, agreed to once, then brought in."""

from dataclasses import dataclass
from typing import Any

from host.imports.facts import ImportLook
from operate.core import confirm, terminal
from operate.imports import report
from operate.imports.files import report as files_report
from operate.imports.files.job import FilesJob
from operate.imports.files.plan import Plan
from operate.imports.job import Job


@dataclass(frozen=True)
class Looked:
    """What was found. `name` is the dump's on the server."""

    name: str = ""
    database: ImportLook | None = None
    files: Plan | None = None


@dataclass(frozen=True)
class Import:
    """At least one of `database` and `files` is there."""

    app: str
    database: Job | None
    files: FilesJob | None

    def look(self) -> Looked:
        """RefusedError where a part cannot come. Files first: they are looked at sooner."""
        plan = self.files.look() if self.files else None
        name, database = self.database.look() if self.database else ("", None)
        return Looked(name, database, plan)

    def show(self, looked: Looked, *, json: bool) -> None:
        """What would come."""
        if json:
            terminal.as_json(self._found(looked))
            return
        if self.database and looked.database:
            report.shown(self.database.stack, self.app, self.database.source, looked.database)
        if self.files and looked.files:
            files_report.shown(self.files, looked.files)

    def run(self, looked: Looked, *, yes: bool, safety_dump: bool, json: bool) -> None:
        """Import. Nothing is touched before a person, or --yes, agrees.

        Files first, so that each row finds its own. PetbaseError where one did not come: the database is left alone.
        """
        self.show(looked, json=False)
        if not yes and (purpose := self._purpose(looked)):
            confirm.type_name(self.app, purpose, "In a script: --yes")
        facts: dict[str, Any] = {"app": self.app}
        if self.files and looked.files:
            copied = self.files.run(looked.files)
            facts["files"] = files_report.facts(self.files, copied)
            if not json:
                files_report.told(self.files, copied)
            elif copied.failed or not self.database:
                terminal.as_json(facts)
            files_report.require_all(copied)
        if self.database:
            ended = self.database.run(looked.name, safety_dump=safety_dump)
            if json:
                facts = {**report.facts(self.app, self.database.source, ended), **facts}
                terminal.as_json(facts)
            else:
                report.told(self.database.stack, self.app, self.database.source, ended)

    def _purpose(self, looked: Looked) -> str:
        """What a person agrees to; "" where nothing would change."""
        parts = ["replace its data"] if self.database else []
        if looked.files and looked.files.copies:
            parts.append(f"copy {terminal.counted(len(looked.files.copies), 'file')} into its bucket")
        return " and ".join(parts)

    def _found(self, looked: Looked) -> dict[str, Any]:
        found: dict[str, Any] = {"app": self.app}
        if self.database and looked.database:
            found |= report.facts_of_look(self.app, self.database.source, looked.database)
        if self.files and looked.files:
            found["files"] = files_report.facts_of_plan(self.files, looked.files)
        return found
