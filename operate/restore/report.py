"""What a restore will do and did, for people on stderr and stdout, and as JSON."""

import json as to_json
from typing import Any

from components.dokku import shell
from operate.core import terminal, times
from operate.dumps.dumps import Source
from operate.restore.request import Choice, database_of
from operate.restore.script_progress import Outcome
from operate.schemas.set_aside import Aside
from operate.server.query import Table
from operate.stack.outputs import Stack


def shown(stack: Stack, choice: Choice, source: Source, schemas: list[str], tables: list[Table]) -> None:
    """What will be overwritten, and by what."""
    made = f"{times.with_local_time(source.made)}, {terminal.age(source.made)} ago"
    terminal.note(f"dump     {source.name}, {terminal.size(source.size)}, of {made}")
    where = f"{stack.service} on {stack.name} ({stack.server.address})"
    if choice.into:
        terminal.note(f"into     {choice.into}, a database of its own beside {where}; the live one is not touched")
        return
    here = tables
    if choice.app:
        schema = stack.apps[choice.app].schema
        schemas, here = [schema], [table for table in tables if table.schema == schema]
        others = [name for name, app in stack.apps.items() if app.schema == schema and name != choice.app]
        shared = f", which {' and '.join(others)} share{'s' if len(others) == 1 else ''}" if others else ""
        was = f", {choice.was} in the dump" if choice.was else ""
        terminal.note(f"schema   {schema}{was}{shared}; the other schemas stay")
    terminal.note(
        f"service  {where}, which holds {'these tables' if here else 'no table'}{' there' if choice.app else ''}"
    )
    if here:
        _grid(here, schemas)
    strangers = sorted({table.schema for table in here} - set(schemas))
    if strangers:
        terminal.note(f"The dump does not know {', '.join(strangers)}: taken along as it is.")
    terminal.note(f'The old data stays aside, as "{_example(stack, choice)}", until ./petbase drop-data.')


def shown_back(stack: Stack, one: Aside) -> None:
    """What will go back where."""
    place = f"the schema {one.of}" if one.kind == "schema" else "the whole database"
    terminal.note(f"kept     {one.name}, {terminal.size(one.size)}, since {times.with_local_time(one.since)}")
    terminal.note(
        f"becomes  {place} of {stack.service} on {stack.name} ({stack.server.address}); what is live goes aside"
    )


def told(stack: Stack, choice: Choice, ended: Outcome, *, json: bool) -> None:
    """How it ended, and the one command that takes it back."""
    if json:
        terminal.result(to_json.dumps(_facts(stack, choice, ended)))
        return
    old, service = ended.done.old, stack.service
    name = f'"{ended.name}"' if choice.kept else ended.name
    if choice.into:
        terminal.result(f"The database {choice.into} beside {service} holds {ended.name}.")
        terminal.note(f"To look: ./petbase psql --stack {stack.name}, then \\connect {choice.into}")
        terminal.note(f"To have it live: {_command(stack, choice.into)}")
        terminal.note(f"To drop it: ./petbase drop-data --stack {stack.name} {choice.into}")
        return
    names = [stack.apps[choice.app].schema] if choice.app else ended.schemas
    terminal.result(f"{service} holds {name} again{': ' + (', '.join(names) or 'no schema') if ended.source else ''}.")
    terminal.note(
        "Every object belongs to its app's role. Sessions ended; apps connect anew, and nothing was restarted."
    )
    if old:
        terminal.note(f'The old data is "{old}". To go back to it: {_command(stack, old)}')
        terminal.note(f"To drop it: ./petbase drop-data --stack {stack.name} {shell.line(old)}")
    if ended.safety:
        terminal.note(f"It is in the safety dump too: {ended.safety}")


def _command(stack: Stack, name: str) -> str:
    return f"./petbase restore --stack {stack.name} {shell.line('--kept', name)}"


def _facts(stack: Stack, choice: Choice, ended: Outcome) -> dict[str, Any]:
    source = ended.source
    return {
        "service": stack.service,
        "dump": ended.name if source else None,
        "made": source.made.isoformat() if source else None,
        "bytes": source.size if source else None,
        "kept": choice.kept,
        "app": choice.app,
        "into": choice.into,
        "schemas": ended.schemas,
        "fingerprint": ended.done.told.get("fingerprint"),
        "old": ended.done.old,
        "safetyDump": ended.safety,
        "seconds": round(ended.seconds, 1),
        "steps": [{"step": step, "seconds": seconds} for step, seconds in ended.done.steps],
    }


def _example(stack: Stack, choice: Choice) -> str:
    of = stack.apps[choice.app].schema if choice.app else database_of(stack.service)
    return f"{of} before" + " (date)"


def _grid(tables: list[Table], schemas: list[str]) -> None:
    from rich.table import Table as Grid

    grid = Grid("table", "rows, about", "size", "becomes", box=None, padding=(0, 3, 0, 0))
    for table in tables:
        fate = "as in the dump, or gone" if table.schema in schemas else "stays"
        grid.add_row(f"{table.schema}.{table.name}", str(table.rows), terminal.size(table.size), fate)
    terminal.draw(grid, stderr=True)
