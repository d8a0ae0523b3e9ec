"""`./petbase kept`: what stayed when its app went, what restores put aside, what upgrades left."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from operate.core import options, stack_names, terminal

if TYPE_CHECKING:
    from host.bucket.record import AppBucket
    from host.restore.facts import OldService, SetAside
    from host.schema.model import LeftOver

GROUP = "Look"
ALIASES = ("leftovers",)


def kept(stack: options.Stack = None, identity: options.Identity = None, json: options.Json = False) -> None:
    """List leftover data: of removed apps, restores, upgrades.

    Removing an app from the stack file keeps its schema and a role that cannot log in. Add the app again, and pulumi
    up gives it its old schema and a new password. A bucket stays with its files in the same way.

    A restore keeps the data that was live, as a database or a schema with a date in its name, and an upgrade keeps the
    old service. No app can open them. They use disk space until you delete them with ./petbase drop-data, or an old
    service with ./petbase upgrade-database --drop-old.

    [bold]Examples[/bold]
      ./petbase kept
      ./petbase kept --json | jq --raw-output '.kept[].name, .aside[].name'
    """
    from operate.files import kept as kept_files
    from operate.schemas import listing, set_aside
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity)
    found = listing.schemas(chosen, connection).left_over
    seen = set_aside.fetch(chosen, connection)
    aside, old = seen.set_aside, seen.old_services
    buckets = kept_files.buckets(chosen, connection)
    if json:
        kinds = {
            "kept": [_left_over(one) for one in found],
            "aside": [_aside(one) for one in aside],
            "buckets": [{"name": one.name, "app": one.app} for one in buckets],
            "folders": [{"name": one.path, "of": one.of, "since": one.at} for one in seen.folders],
            "old": [_old(one) for one in old],
        }
        terminal.as_json({"service": chosen.service, **kinds})
        return
    if not found and not aside and not old and not buckets and not seen.folders:
        terminal.result(f"Nothing was kept in {chosen.service}: every schema has its app.")
        return
    if found:
        _schemas_table(found)
        terminal.note(f"\nTo get one back: put its app into the stack file again, then {stack_names.up(chosen.name)}")
    if aside:
        _aside_table(aside)
        terminal.note(f"\nTo put one back in its place: ./petbase restore --kept 'NAME' --stack {chosen.name}")
    if buckets:
        _buckets_table(buckets, chosen.name)
    for one in seen.folders:
        terminal.result(f"{one.path}   files that a restore replaced")
    if found or aside or buckets or seen.folders:
        terminal.note(f"To delete one with its data: ./petbase drop-data 'NAME' --stack {chosen.name}")
    if old:
        _old_table(old, chosen.name)


def _old_table(found: "Sequence[OldService]", stack: str) -> None:
    terminal.table(
        [
            (
                one.name,
                f"PostgreSQL {one.version} from before an upgrade, stopped, {terminal.size(one.bytes)}{_only(one)}",
            )
            for one in found
        ]
    )
    terminal.note(f"To delete it: ./petbase upgrade-database --drop-old --stack {stack}")


def _only(one: "OldService") -> str:
    held = ", ".join(verdict.name for verdict in one.held_back)
    return f"; the only copy of the data of {held}" if held else ""


def _buckets_table(found: "Sequence[AppBucket]", stack: str) -> None:
    terminal.table([(one.name, f"bucket in R2, with the files of {one.app}") for one in found])
    terminal.note(f"\nTo get one back: give its app a bucket again, then {stack_names.up(stack)}")


def _left_over(one: "LeftOver") -> dict[str, Any]:
    what = {"name": one.role, "schema": bool(one.schemas), "schemas": one.schemas}
    return {**what, "tables": one.tables, "rows": one.rows, "bytes": one.bytes}


def _old(one: "OldService") -> dict[str, Any]:
    held = [verdict.name for verdict in one.held_back]
    return {"name": one.name, "version": one.version, "bytes": one.bytes, "held_back": held}


def _aside(one: "SetAside") -> dict[str, Any]:
    from operate.schemas.set_aside import since

    place = {"name": one.name, "kind": one.kind, "of": one.of, "was_live": one.was_live, "dump": one.dump}
    return {**place, "parts": list(one.parts), "since": since(one).isoformat(), "bytes": one.bytes}


def _schemas_table(found: "Sequence[LeftOver]") -> None:
    grid = terminal.columns("name", "kept", right=("tables", "rows, about", "size"))
    for one in found:
        more = f"{len(one.schemas)} schemas and role"
        what = ("role", "schema and role", more)[min(len(one.schemas), 2)]
        grid.add_row(one.role, what, str(one.tables), f"{one.rows:,}", terminal.size(one.bytes))
    terminal.grid(grid)


def _aside_table(found: "Sequence[SetAside]") -> None:
    from operate.schemas.set_aside import since

    grid = terminal.columns()
    grid.add_column("put aside", no_wrap=True)
    grid.add_column("what")
    for column in ("size", "age"):
        grid.add_column(column, justify="right", no_wrap=True)
    for one in found:
        kind = one.kind if len(one.parts) < 2 else f"{len(one.parts)} {one.kind}s"
        what = kind if one.was_live else f"{kind}, never live"
        grid.add_row(one.name, what, terminal.size(one.bytes), terminal.age(since(one)))
    terminal.grid(grid)
