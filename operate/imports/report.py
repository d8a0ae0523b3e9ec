"""What an import will do and did, for people on stderr and stdout, and as JSON."""

from collections.abc import Sequence
from typing import Any

from components.dokku import shell
from host.imports.facts import ImportLook
from host.values import json_values
from operate.core import terminal
from operate.imports.job import Outcome
from operate.imports.source import Source
from operate.stack.outputs import Stack

_MOST_NAMED = 20


def shown(stack: Stack, app: str, source: Source, look: ImportLook) -> None:
    """What is in the source, what of it comes, what is left out, and what it replaces."""
    facts = look.facts
    version = f" of PostgreSQL {facts.server}" if facts.server else ""
    terminal.note(f"source     {source.title}, {facts.form}{version}")
    terminal.note(f"into       {app} on {stack.name} ({stack.server.address}), database service {stack.service}")
    terminal.note(
        f"schemas    {', '.join(_schema(one.name, one.becomes, one.tables) for one in facts.schemas if one.becomes)}"
    )
    for one in facts.schemas:
        if not one.becomes:
            more = f" {one.name}" if one.why.endswith("--take") else ""
            terminal.note(f"left out   schema {one.name} ({terminal.counted(one.tables, 'table')}): {one.why}{more}")
    listed("left out  ", facts.left_out)
    if facts.extensions:
        terminal.note(f"extensions {', '.join(facts.extensions)}")
    if facts.large_objects:
        terminal.note(f"objects    {terminal.counted(facts.large_objects, 'large object')}")
    if facts.missing:
        terminal.note(f"left out   extensions that this server lacks: {', '.join(facts.missing)}")
    if facts.roles:
        terminal.note(
            f"roles      {', '.join(facts.roles)} are not here; everything will belong to {app}, without grants"
        )
    listed("note      ", facts.notes)
    terminal.note(
        f"disk       needs about {terminal.size(look.needed)} for a while, {terminal.size(look.free)} are free"
    )
    _shown_live(stack, app, look)


def _shown_live(stack: Stack, app: str, look: ImportLook) -> None:
    if not look.live_tables:
        terminal.note(f"replaces   nothing: {app} has no table yet")
        return
    tables = terminal.counted(len(look.live_tables), "table")
    rows = sum(table.rows for table in look.live_tables)
    terminal.note(
        f"replaces   {tables} of {app} with about {rows} rows, which stay aside as "
        f'"{stack.apps[app].schema} before (date)" until ./petbase drop-data'
    )


def told(stack: Stack, app: str, source: Source, ended: Outcome) -> None:
    """How it ended, what did not come, and the command that takes it back."""
    done, facts = ended.imported, ended.imported.facts
    terminal.result(f"{app} holds {source.title}: {terminal.counted(done.tables, 'table')}, {done.rows} rows.")
    if done.unchecked:
        terminal.note(f"The restored rows were not counted in the source before: {done.unchecked}.")
    else:
        terminal.note("The rows of each table were counted in the source and compared after the restore.")
    left = [f"schema {one.name}" for one in facts.schemas if not one.becomes]
    listed("left out  ", [*left, *facts.left_out, *(f"extension {name}" for name in facts.missing)])
    listed("note      ", facts.notes)
    terminal.note("To catch up with the source before you switch, run the same command again.")
    if done.restored.old:
        old = done.restored.old[0]
        terminal.note(
            f'The old data is "{old}". To go back to it: ./petbase restore --stack {stack.name} '
            f"{shell.line('--kept', old)}"
        )
        terminal.note(f"To drop it: ./petbase drop-data --stack {stack.name} {shell.line(old)}")
    if ended.safety:
        terminal.note(f"It is in the safety dump too: {ended.safety}")


def facts_of_look(app: str, source: Source, look: ImportLook) -> dict[str, Any]:
    """What a look found, for JSON."""
    found = json_values.to_json(look)
    return {"app": app, "source": source.title, **found["facts"], "needed": look.needed, "free": look.free}


def facts(app: str, source: Source, ended: Outcome) -> dict[str, Any]:
    """How it ended, for JSON."""
    done = ended.imported
    return {
        "app": app,
        "source": source.title,
        **json_values.to_json(done.facts),
        "tables": done.tables,
        "rows": done.rows,
        "compared": not done.unchecked,
        "fingerprint": done.restored.fingerprint or None,
        "set_aside": list(done.restored.old),
        "safety_dump": ended.safety,
        "seconds": round(ended.seconds, 1),
        "steps": [{"step": step, "seconds": seconds} for step, seconds in ended.steps],
    }


def _schema(name: str, becomes: str, tables: int) -> str:
    held = f"{name} ({terminal.counted(tables, 'table')})"
    return held if name == becomes else f"{held}, which becomes {becomes}"


def listed(title: str, items: Sequence[str]) -> None:
    """A line for each, of many only the first."""
    for item in items[:_MOST_NAMED]:
        terminal.note(f"{title} {item}")
    if len(items) > _MOST_NAMED:
        terminal.note(f"{title} … and {len(items) - _MOST_NAMED} more (all of them: --json)")
