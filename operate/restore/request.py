"""Which dump a restore takes, and where it goes: what the options of `./petbase restore` say together."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from components.dokku import shell
from host.postgres.psql import database_name
from operate.core.errors import RefusedError
from operate.dumps.source import check_source
from operate.stack.outputs import Stack

# The alphabets of components/config/values: these names go into SQL as they are.
_SCHEMA = re.compile(r"[a-z0-9_][a-z0-9._-]{0,62}")
_DATABASE = re.compile(r"(?!pg_|petbase_|postgres$|template)[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Choice:
    """What was said on the command line."""

    key: str | None = None
    file: Path | None = None
    at: datetime | None = None
    app: str | None = None
    was: str | None = None
    into: str | None = None
    kept: str | None = None
    copy: bool = False
    """The dump comes from the second store."""
    files: bool = False
    """The files of the app, in place of its rows."""

    @property
    def place(self) -> list[str]:
        """The options that say where it goes, to repeat them."""
        source = "copy" if self.copy else None
        named = (("--from", source), ("--app", self.app), ("--was", self.was), ("--into", self.into))
        return [shell.line(option, value) for option, value in named if value]


def check(choice: Choice, *, everything: bool) -> None:
    """RefusedError for options that contradict each other, and for names that cannot be."""
    if choice.files:
        _check_files(choice, everything=everything)
    check_source(choice.key, choice.file, choice.at)
    named = (("--app", choice.app), ("--all", everything), ("--into", choice.into))
    places = [option for option, value in named if value]
    if len(places) > 1:
        raise RefusedError(f"{' and '.join(places)} name {len(places)} places; name one.")
    if choice.copy and (choice.file or choice.kept):
        other = "--file" if choice.file else "--kept"
        raise RefusedError(
            f"--from copy takes a dump of the second store, and {other} something else; use one of them."
        )
    if choice.kept and (places or choice.was or choice.key or choice.file or choice.at):
        raise RefusedError("--kept brings back what a restore put aside, all of it and no dump; leave out the rest.")
    if choice.was and not choice.app:
        raise RefusedError("--was is what an app's schema was called in the dump; say which app: --app APP")
    if choice.was and not _SCHEMA.fullmatch(choice.was):
        raise RefusedError(f'--was "{choice.was}" is not a schema name; use lowercase letters, digits, "_", "-", "."')
    if choice.into and not _DATABASE.fullmatch(choice.into):
        raise RefusedError(
            f'--into "{choice.into}" is not a name for a separate database; use lowercase letters, digits and "_", '
            "not pg_…, petbase_…, postgres or template…"
        )


def check_against(choice: Choice, stack: Stack) -> None:
    """RefusedError for an app that the stack does not have, and for the live database as a scratch."""
    if choice.app:
        stack.require_app(choice.app)
        if choice.files:
            _require_backed_up(stack, choice.app)
            return
        if stack.apps[choice.app].schema == "public":
            raise RefusedError(
                f"{choice.app} lives in public, which all apps with the superuser's link share, so it cannot be "
                f"restored alone. First: ./petbase isolate {choice.app}; or all, beside the live one: --into NAME"
            )
    if choice.into == database_name(stack.service):
        raise RefusedError(f"{choice.into} is the live database; without --into it is replaced, and asks before.")


def _check_files(choice: Choice, *, everything: bool) -> None:
    given: dict[str, object] = {"--key": choice.key, "--file": choice.file, "--was": choice.was, "--into": choice.into}
    given |= {"--all": everything, "--kept": choice.kept}
    if not choice.app:
        raise RefusedError("--files brings back the files of one app; say which: --app APP")
    if other := next((option for option, value in given.items() if value), None):
        raise RefusedError(f"{other} is for dumps, and files are in none; leave it out. For an earlier time: --at TIME")


def _require_backed_up(stack: Stack, app: str) -> None:
    if not stack.apps[app].files:
        raise RefusedError(
            f"No files of {app} are backed up. Write backup: true beside its storage in the stack file, and run pulumi "
            f"up --stack {stack.name}."
        )
