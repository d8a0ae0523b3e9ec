"""What became of each app's data in a load: whether it is there, and if not, why and what mends it."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from host.archive.entry import Entry
from host.archive.shares import Kind, Loader
from host.core.errors import HostError
from host.dumps.unpack import is_full
from host.postgres.psql import first_error
from host.programs.runner import Answer
from host.values.sql_names import identifier
from host.values.text import printable

_COPY = re.compile(r'COPY failed for table "(.*?)": ERROR')
_COMMAND = re.compile(r"^Command was: (.*)", re.MULTILINE | re.DOTALL)
_IN_FUNCTION = re.compile(
    r"CONTEXT:.*?(?:PL/\w+|SQL) function (.+?)(?: line \d+.*| during .*| statement .*)?$", re.MULTILINE
)
# An app chooses its functions' names and what they say, and a person runs the repair as the superuser.
_PLAIN_FUNCTION = re.compile(r'"?[a-z_]\w*(?:\.[a-z_]\w*)?"?(?:\([\w ,.\[\]]*\))?', re.ASCII)
_MISSING = re.compile(r"does not exist")
_MEND = "Mend it in the live database, then make a dump: ./petbase backup; or take an older one: ./petbase backups"
_LINE_CHARS = 200


@dataclass(frozen=True)
class Verdict:
    """`name` is whose: an app's role, or a word for what belongs to no app. `error` is "" where all is there.

    `at` is what could not be made, as a person would name it; `repair` what to do.
    """

    name: str
    schemas: tuple[str, ...]
    error: str = ""
    at: str = ""
    repair: str = ""

    @property
    def ok(self) -> bool:
        """Whether all of it is there."""
        return not self.error

    def sentence(self) -> str:
        """The whole of it in a few lines."""
        if self.ok:
            return f"{self.name}: restores"
        at = f" ({self.at})" if self.at else ""
        return f"{self.name}: cannot be restored{at}: {self.error}. {self.repair}"

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class LoadError(HostError):
    """A dump that could not be loaded at all."""


def title(loader: Loader) -> str:
    """What a loading role stands in for, as a person calls it."""
    return printable(loader.name) if loader.kind in (Kind.APP, Kind.ASIDE) else loader.kind.value


def failed(loader: Loader, schemas: tuple[str, ...], entries: Sequence[Entry], output: str) -> Verdict:
    """The verdict for what pg_restore printed when it stopped."""
    function, entry = _IN_FUNCTION.findall(output), stopped_at(entries, output)
    at = described(entry) if entry else ""
    return Verdict(title(loader), schemas, reason(output), at, _repair(output, function))


def stopped_at(entries: Sequence[Entry], output: str) -> Entry | None:
    """Which entry stopped it, as far as what was printed tells."""
    copied, command = _COPY.search(output), _COMMAND.search(output)
    for entry in entries:
        rows = copied and entry.kind == "TABLE DATA" and entry.tag == copied[1]
        made = not copied and command and entry.definition and command[1].startswith(entry.definition.strip())
        if rows or made:
            return entry
    return None


def lacks(extension: Entry, output: str) -> Verdict:
    """The verdict for an extension that could not be made."""
    return cannot_be_made(
        extension, output, "Give the database an image that has it, or drop it in the live database and make a dump"
    )


def cannot_be_made(entry: Entry, output: str, repair: str = _MEND) -> Verdict:
    """The verdict for what belongs to no app."""
    return Verdict(described(entry), (), reason(output), described(entry), repair)


def needs_another(loader: Loader, schemas: tuple[str, ...], entry: Entry, needed: Entry, other: Loader) -> Verdict:
    """The verdict for what needs a thing of somebody's whose data cannot be restored."""
    return Verdict(
        title(loader),
        schemas,
        f"it needs the {described(needed)}, and {title(other)} cannot be restored",
        described(entry),
        f"Mend {title(other)} first",
    )


def not_as_dumped(loader: Loader, schemas: tuple[str, ...], schema: str) -> Verdict:
    """The verdict for a schema that came, but not as the dump says."""
    at = f"schema {printable(schema)}" if schema else "what is in no schema"
    why = "what came is not what the dump says"
    return Verdict(title(loader), schemas, why, at, "Something in it changes things while it is loaded. Take it out")


def keeps_its_place(name: str, schemas: Sequence[str], why: str) -> Verdict:
    """The verdict for what loaded, and could not change places with what is live."""
    repair = "Mend that, then restore the dump again, or beside the live database: --into NAME"
    return Verdict(printable(name), tuple(schemas), why, "", repair)


def described(entry: Entry) -> str:
    """An entry as a person names it: table fruits.basket."""
    if entry.tag.startswith(entry.kind):
        return printable(entry.tag)
    kind = {"TABLE DATA": "rows of", "MATERIALIZED VIEW DATA": "materialized view"}.get(entry.kind, entry.kind.lower())
    return printable(f"{kind} {entry.schema}.{entry.tag}" if entry.schema else f"{kind} {entry.tag}")


def reason(output: str) -> str:
    """PostgreSQL's own sentence in what a program printed, or the last line of it."""
    last = [line.strip() for line in output.splitlines() if line.strip()][-1:]
    found = printable(first_error(output) or "".join(last) or "no reason given")
    return found if len(found) <= _LINE_CHARS else f"{found[:_LINE_CHARS]} …"


def why_stopped(*stages: Answer) -> str:
    """Why a pipeline into a container came to nothing: the first stage that failed says so."""
    failed = next(one for one in stages if not one.ok)
    return "the server's disk is full" if is_full(failed) else reason(failed.stderr)


def _repair(output: str, functions: list[str]) -> str:
    if functions and _MISSING.search(output):
        function = printable(functions[0])[:_LINE_CHARS]
        is_plain = _PLAIN_FUNCTION.fullmatch(function) is not None
        statement = function if is_plain else "NAME"
        shown = function if is_plain else identifier(function)
        return (
            f"The function {shown} names something without its schema, and a restore has no search_path. In the "
            f"live database: ALTER FUNCTION {statement} SET search_path = SCHEMA, extensions; "  # shown, not run
            "then ./petbase backup"
        )
    return _MEND
