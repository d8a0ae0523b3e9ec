"""What a restore will do and did, for people on stderr and stdout, and as JSON."""

from typing import Any

from components.dokku import shell
from host.postgres.psql import database_name
from host.restore.facts import DumpContents, LiveTable, SetAside
from operate.core import terminal, times
from operate.core.errors import PetbaseError
from operate.dumps.source import Source
from operate.restore.outcome import Outcome
from operate.restore.request import Choice
from operate.schemas.set_aside import since
from operate.stack.outputs import Stack


def shown(stack: Stack, choice: Choice, source: Source, contents: DumpContents) -> None:
    """What will be overwritten, and by what."""
    made = f"{times.with_local_time(source.made)}, {terminal.age(source.made)} ago"
    terminal.note(f"dump     {source.name}, {terminal.size(source.size)}, of {made}")
    where = f"{stack.service} on {stack.name} ({stack.server.address})"
    if choice.into:
        terminal.note(f"into     {choice.into}, a separate database beside {where}; the live one is not changed")
        return
    if choice.app:
        _shown_of_an_app(stack, choice, choice.app, contents, where)
    else:
        _shown_whole(contents, where)
    terminal.note(
        f'What is live now is kept as "{_example(stack, choice)}" until you delete it with ./petbase drop-data.'
    )


def _shown_whole(contents: DumpContents, where: str) -> None:
    here, coming = list(contents.live_tables), list(contents.schemas)
    terminal.note(f"service  {where}, which holds {'these tables' if here else 'no table'}")
    if here:
        _grid(here, coming)
    if strangers := sorted({table.schema for table in here} - set(coming)):
        terminal.note(f"The dump does not know {', '.join(strangers)}: taken along as it is.")


def _shown_of_an_app(stack: Stack, choice: Choice, app: str, contents: DumpContents, where: str) -> None:
    schema = stack.apps[app].schema
    coming, going = _of_the_app(choice, schema, contents)
    here = [table for table in contents.live_tables if table.schema in going]
    others = [name for name, one in stack.apps.items() if one.schema == schema and name != app]
    shared = f", which {' and '.join(others)} share{'s' if len(others) == 1 else ''}" if others else ""
    was = f", {choice.was} in the dump" if choice.was else ""
    terminal.note(f"schema   {', '.join(coming)}{was}{shared}; the other schemas stay")
    terminal.note(f"service  {where}, which holds {'these tables' if here else 'no table'} there")
    if here:
        _grid(here, [*coming, *going])
    terminal.note("Large objects stay as they are: they belong to no schema.")
    if published := sorted({name for schema in going for name in contents.publications.get(schema, ())}):
        terminal.note(
            f"Publications stay with the old tables: {', '.join(published)}. Afterwards, for each: "
            "ALTER PUBLICATION … SET TABLE …"  # shown, not run
        )


def _of_the_app(choice: Choice, schema: str, contents: DumpContents) -> tuple[list[str], list[str]]:
    """An app's schemas go together: those that come, by their names here, and those that are live."""
    was = choice.was or schema
    owner, here = contents.owners.get(was), contents.live_owners.get(schema)
    coming = [one for one, other in contents.owners.items() if owner and other == owner and other != "postgres"]
    going = [one for one, other in contents.live_owners.items() if here and other == here and other != "postgres"]
    renamed = [schema if one == was else one for one in coming] or [schema]
    return sorted(renamed, key=lambda one: one != schema), going or [schema]


def shown_back(stack: Stack, one: SetAside) -> None:
    """What will go back where."""
    place = f"the schema {one.of}" if one.kind == "schema" else "the whole database"
    others = [part for part in one.parts if part != one.name]
    with_others = f", with {', '.join(others)}" if others else ""
    kept = f"kept     {one.name}{with_others}, {terminal.size(one.bytes)}"
    terminal.note(f"{kept}, since {times.with_local_time(since(one))}")
    terminal.note(
        f"becomes  {place} of {stack.service} on {stack.name} ({stack.server.address}); the live data is kept aside"
    )


def told(stack: Stack, choice: Choice, ended: Outcome, *, json: bool) -> None:
    """How it ended, and the one command that takes it back."""
    if json:
        terminal.as_json(_facts(stack, choice, ended))
        return
    service = stack.service
    name = f'"{ended.name}"' if choice.kept else ended.name
    if choice.into:
        terminal.result(f"The database {choice.into} beside {service} holds {ended.name}.")
        terminal.note(f"To look: ./petbase psql --stack {stack.name}, then \\connect {choice.into}")
        terminal.note(f"To have it live: {_command(stack, choice.into)}")
        terminal.note(f"To delete it: ./petbase drop-data --stack {stack.name} {choice.into}")
        return
    held_back = {schema for verdict in ended.failures for schema in verdict.schemas}
    names = [stack.apps[choice.app].schema] if choice.app else [one for one in ended.schemas if one not in held_back]
    terminal.result(f"{service} holds {name} again{': ' + (', '.join(names) or 'no schema') if ended.source else ''}.")
    terminal.note(
        "Every object belongs to its app's role. Open sessions ended; apps connect again. Nothing was restarted."
    )
    for old in ended.each:
        terminal.note(f'The data from before is kept as "{old}". To go back to it: {_command(stack, old)}')
        terminal.note(f"To delete it: ./petbase drop-data --stack {stack.name} {shell.line(old)}")
    if ended.safety:
        terminal.note(f"It is also in the safety dump {ended.safety}")


def require_all(ended: Outcome) -> None:
    """PetbaseError where something could not be restored: whose, why, what is live of it now, and how to mend it."""
    if not ended.failures:
        return
    kept = {schema for verdict in ended.failures for schema in verdict.schemas} & {*ended.restored.kept}
    live = f"; {', '.join(sorted(kept))} stays as it was" if kept else ""
    lines = [f"Not all of it could be restored{live}.", *(verdict.sentence() for verdict in ended.failures)]
    raise PetbaseError("\n".join(lines))


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
        "fingerprint": ended.restored.fingerprint or None,
        "old": ended.old,
        "set_aside": list(ended.restored.old),
        "kept_live": list(ended.restored.kept),
        "failures": [{"name": one.name, "schemas": list(one.schemas), "error": one.error} for one in ended.failures],
        "safety_dump": ended.safety,
        "seconds": round(ended.seconds, 1),
        "steps": [{"step": step, "seconds": seconds} for step, seconds in ended.steps],
    }


def _example(stack: Stack, choice: Choice) -> str:
    of = stack.apps[choice.app].schema if choice.app else database_name(stack.service)
    return f"{of} before" + " (date)"


def _grid(tables: list[LiveTable], schemas: list[str]) -> None:
    grid = terminal.columns("table", "rows, about", "size", "becomes")
    for table in tables:
        fate = "the dump's version, or removed" if table.schema in schemas else "stays"
        grid.add_row(f"{table.schema}.{table.name}", str(table.rows), terminal.size(table.bytes), fate)
    terminal.draw(grid, stderr=True)
