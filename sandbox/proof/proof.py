"""The promises, kept before your eyes: apps share one database and cannot see each other; a lost table comes back.

Each step runs what a person would run: git, curl's request, and ./petbase itself.
"""

import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sandbox import bun
from sandbox.proof import files
from sandbox.proof.example import Example, ProofError
from sandbox.proof.petbase import Petbase
from sandbox.proof.visiting import ask, put

_APPLES = ["apple", "another-apple"]
_ENTRY = "buy apples"
# As a phone would send it, and as little of one as is needed here.
_PHOTO = b"\x89PNG\r\n\x1a\n, an apple"
# What psql prints of `SELECT current_database(), count(*)`.
_ROW = re.compile(r"^ (\S+) +\| +(\d+)$", re.M)


@dataclass(frozen=True)
class _Look:
    """What an app saw: its database, and that in words."""

    database: str
    told: str


@dataclass(frozen=True)
class Proof:
    """The stack's outputs, where its apps answer, and what to tell on the way."""

    folder: Path
    outputs: dict[str, Any]
    http_port: int
    say: Callable[[str], None]

    def run(self) -> None:
        """Push, ask, look at each other, dump, drop, restore, ask again, drill. ProofError at a promise not kept.

        Only with the examples that the stack file still has, as apps of those names.
        """
        fruits, notes = self.example("fruits"), self.example("notes")
        if fruits:
            fruits.push()
            self._mend(fruits)
            self._ask_fruits(fruits, "asks")
            self._upload(fruits)
        others = [app for app in (notes, self._tasks()) if app]
        for app in others:
            app.push()
            self._write(app)
            self._ask_for(app, "asks")
        if fruits and notes:
            self.strangers(fruits, notes)
        if fruits:
            self._lose_and_restore(fruits, others)
            self.drill()
            self.copy()
        if notes:
            files.lose_and_restore(notes, self._petbase)

    @property
    def _petbase(self) -> Petbase:
        return Petbase(self.folder)

    def example(self, name: str) -> Example | None:
        """The example of this name, if the stack has an app for it."""
        known = name in self.outputs["apps"]
        return Example(name, self.folder, self.outputs, self.http_port, self.say) if known else None

    def _tasks(self) -> Example | None:
        """Where there is Bun: unlike fruits it has no Python twin, since its framework is what it is there for."""
        tasks = self.example("tasks")
        if tasks and bun.find() is None:
            self.say("tasks is left out: Bun and drizzle-orm are not installed (they need npm: python -m sandbox.bun)")
            return None
        return tasks

    def _mend(self, fruits: Example) -> None:
        """A proof that was cut off has left the table dropped; its dump is there."""
        begun = self.folder / "proof.begun"
        if begun.exists() and fruits.answer("/?filter=app") is None:
            self.say("an earlier proof was cut off: ./petbase restore")
            self._petbase.must("restore", "--yes", "--no-safety-dump")
        begun.touch()

    def _ask_fruits(self, fruits: Example, verb: str) -> None:
        found = fruits.answer("/?filter=app")
        if found != _APPLES:
            raise ProofError(f"GET /?filter=app answers {found}, not {_APPLES}")
        self.say(f"{verb}: GET {fruits.url}/?filter=app answers {', '.join(found)}")

    def _upload(self, fruits: Example) -> None:
        """A photo, straight into the app's bucket, and out of it; if the stack file gives the app one."""
        bucket = self.outputs["apps"][fruits.name].get("bucket")
        if not bucket:
            return
        page = f"{fruits.url}/photo?fruit=apple"
        status = put((fruits.answer("/photo?fruit=apple", "") or {}).get("upload", ""), _PHOTO)
        if status != HTTPStatus.OK or ask(self.folder, page)[1] != _PHOTO:
            raise ProofError(f"a photo does not come back from the bucket {bucket['name']}: PUT answers {status}")
        self.say(
            f"uploads: PUT of a photo, {len(_PHOTO)} bytes, into the bucket {bucket['name']}, at an address it signed"
        )
        self.say(f"shows: GET {page} leads to the same {len(_PHOTO)} bytes")

    def _write(self, app: Example) -> None:
        if app.answer("/", _ENTRY) is None:
            raise ProofError(f"POST / of {app.name} answers with an error")

    def _ask_for(self, app: Example, verb: str) -> None:
        found = [entry["text"] for entry in app.answer("/") or []]
        if _ENTRY not in found:
            raise ProofError(f"GET / of {app.name} lists {found}, and not {_ENTRY}")
        self.say(f"{verb}: GET {app.url}/ answers {found[0]}")

    def strangers(self, one: Example, other: Example) -> None:
        """Each app, as its own role, counts its rows and asks for the other's. The table's name is the app's."""
        self.say("one database, and neither sees the other:")
        with ThreadPoolExecutor(2) as pool:
            looks = list(pool.map(self._look, (one, other), (other, one)))
        for look in looks:
            self.say(look.told)
        if looks[0].database != looks[1].database:
            raise ProofError(f"the apps have two databases: {looks[0].database}, {looks[1].database}")

    def _look(self, app: Example, other: Example) -> _Look:
        sql = f'SELECT current_database(), count(*) FROM {app.name}; SELECT * FROM "{other.schema}".{other.name}'
        done = self._petbase.run("psql", "--app", app.name, "--command", sql)
        row, refusal = _ROW.search(done.stdout), done.stderr.partition("\n")[0]
        if row is None or refusal != f"ERROR:  permission denied for schema {other.schema}":
            raise ProofError(f"{app.name} is to read its own table alone, and psql says: {done.stdout}{done.stderr}")
        command = f"  ./petbase psql --stack sandbox --app {app.name} --command '{sql}'"
        return _Look(row[1], f"{command}\n      its own rows: {row[2]}, in database {row[1]}\n      {refusal}")

    def _lose_and_restore(self, fruits: Example, others: Sequence[Example]) -> None:
        self.say("a dump, now: ./petbase backup")
        self._petbase.must("backup", "--json")
        self.say("a table is dropped: DROP TABLE fruits.fruits")
        self._petbase.must("psql", "--command", f'DROP TABLE "{fruits.schema}".fruits')
        if fruits.answer("/?filter=app") is not None:
            raise ProofError("the app still answers although its table was dropped")
        for app in others:
            self._ask_for(app, f"{app.name} is not affected")
        self.say("and restored: ./petbase restore")
        self._petbase.must("restore", "--yes", "--no-safety-dump")
        self._ask_fruits(fruits, "asks again")
        for app in others:
            self._ask_for(app, "asks again")

    def drill(self) -> None:
        """The server restores its newest dump for practice, as its timer does every week."""
        self.say("the newest dump, restored for practice: ./petbase drill")
        told = json.loads(self._petbase.must("drill", "--json"))
        rows, seconds = told["rows"], told["seconds"]
        self.say(
            f"      {told['key']}: {sum(rows.values())} rows in {len(rows)} tables, schema {told['fingerprint'][:12]} "
            f"the same, {seconds['total']:.1f} s ({seconds['restore']:.1f} s of it the restore); kept under verified/"
        )

    def copy(self) -> None:
        """The server copies what was verified to the second store, as its timer does every hour."""
        copy = self.outputs["backups"].get("copy")
        if not copy:
            return
        self.say("the same dump to a store at another provider: ./petbase copy")
        newest = json.loads(self._petbase.must("copy", "--json"))["newest"]
        self.say(f"      {newest} in {copy['bucket']}/{copy['path']}, read back; its key there cannot delete")
