"""`./petbase backups`: the dumps in the bucket, and what each of them is good for."""

import textwrap
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from operate.core import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from operate.backups.inventory import DumpRecord, Inventory
    from operate.files.usage import Usage
    from operate.stack.outputs import Backups, Stack

GROUP = "Backups"
ALIASES = ("dumps",)


def backups(
    *,
    chart: Annotated[bool, typer.Option("--chart", help="Show their sizes over time as bars.")] = False,
    source: options.From = "bucket",
    stack: options.Stack = None,
    json: options.Json = False,
) -> None:
    """List the dumps, the schedule and the space they use.

    A dump is verified once a drill has restored it completely (./petbase drill). Verified dumps are copied to
    verified/, where the newest of 7 days, 4 weeks and 6 months are kept. A locked dump cannot be deleted or
    overwritten by anyone, with any token. Below the list: the schedule in words, its next run, the runs that left no
    dump, how full the bucket is, and what the second store holds, which --from copy lists.

    [bold]Examples[/bold]
      ./petbase backups
      ./petbase backups --chart
      ./petbase backups --from copy
      ./petbase backups --json | jq --raw-output '.dumps[] | select(.verified) | .key'
    """
    import json as to_json
    from dataclasses import asdict
    from datetime import UTC

    from operate.backups import second_store
    from operate.core import terminal
    from operate.files import usage
    from operate.stack import pulumi_cli

    chosen, now = pulumi_cli.read(stack), datetime.now(UTC)
    if source == "copy":
        chosen = chosen.at_copy()
    shelf = second_store.shelf(chosen)
    copied = None if chosen.is_at_copy or chosen.copy is None else second_store.told(chosen.at_copy(), now)
    files = usage.of(chosen)
    if json:
        told = {**_told(chosen.backups, shelf, now), "buckets": [asdict(one) for one in files]}
        terminal.result(to_json.dumps({"service": chosen.service, **told, "copy": copied and copied.json}))
        return
    if not shelf.dumps:
        first = f"./petbase backup --stack {chosen.name}"
        terminal.result(f"No dump of {chosen.service} in {chosen.backups.target} yet. Make one: {first}")
    elif chart:
        _chart(shelf)
    else:
        _list(chosen.backups, shelf, now)
    terminal.result("")
    second = [("second store", copied.words)] if copied else []
    _show([*_summary(chosen, shelf, now), *second, *_space(chosen.backups, shelf, files)])


def _told(spec: "Backups", shelf: "Inventory", now: datetime) -> dict[str, Any]:
    from components.config.values import cron
    from operate.backups import inventory

    return {
        "bucket": spec.bucket,
        "path": spec.path,
        "schedule": {
            "cron": spec.schedule,
            "words": cron.words(spec.schedule),
            "paused": spec.paused,
            "next": None if spec.paused else cron.next_run(spec.schedule, now).isoformat(),
            "missed": [run.isoformat() for run in _missed(spec, shelf, now)],
        },
        "bytes": shelf.bytes,
        "free_bytes": inventory.FREE_BYTES if spec.store == "r2" else None,
        "dumps": [_object(one) for one in shelf.dumps],
    }


def _object(one: "DumpRecord") -> dict[str, Any]:
    proof = one.evidence
    return {
        "key": one.key,
        "made": one.made.isoformat(),
        "bytes": one.size,
        "verified": one.verified,
        "safety": one.safety,
        "evidence": proof
        and {"at": proof.at.isoformat(), "seconds": proof.seconds, "rows": proof.rows, "error": proof.error or None},
        "copy": one.copy and one.copy.key,
        "copy_superfluous": one.superfluous,
        "counts_as": list(one.counts),
        "locked_until": one.locked_until and one.locked_until.isoformat(),
        "expires": one.expires and one.expires.isoformat(),
    }


def _list(spec: "Backups", shelf: "Inventory", now: datetime) -> None:
    from rich.table import Table

    from operate.core import terminal

    grid = Table("dump", box=None, padding=(0, 2, 0, 0))
    for name in ("age", "size"):
        grid.add_column(name, justify="right", no_wrap=True)
    for name in ("verified", "locked until", "expires", "counts as"):
        grid.add_column(name, no_wrap=True)
    for one in shelf.dumps:
        locked = f"{one.locked_until:%Y-%m-%d %H:%M}" if one.locked_until and one.locked_until > now else "-"
        grid.add_row(
            one.key, terminal.age(one.made, now), terminal.size(one.size), _verdict(one), locked, _end(spec, one),
            "safety dump" if one.safety else ", ".join(one.counts) or "-",
        )  # fmt: skip
    terminal.grid(grid)


def _verdict(one: "DumpRecord") -> str:
    if one.verified:
        return f"✓ {one.evidence.at:%Y-%m-%d}" if one.evidence else "✓"
    if one.evidence is None:
        return "-"
    # The whole of it is under the list, as the last drill's.
    return textwrap.shorten(f"✗ {one.evidence.error or 'changed since'}", 40, placeholder=" …")


def _end(spec: "Backups", one: "DumpRecord") -> str:
    """When it is gone for good: a copy in verified/ that counts stays beyond the dump itself."""
    if one.counts:
        return "kept"
    if one.own is None and not spec.paused:
        return "at the next drill"
    if one.expires is None:
        return "not while paused" if spec.paused and spec.store == "r2" else "never"
    return f"{one.expires:%Y-%m-%d}"


def _chart(shelf: "Inventory") -> None:
    import shutil

    from rich.table import Table

    from operate.backups import chart
    from operate.core import terminal

    old_first = shelf.dumps[::-1]
    shown = [old_first[place] for place in chart.sample(len(old_first), 40)]
    width = max(10, min(80, shutil.get_terminal_size((100, 24)).columns - 40))
    grid = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    for one, bar in zip(shown, chart.bars([one.size for one in shown], width), strict=True):
        grid.add_row(f"{one.made:%Y-%m-%d %H:%M}", terminal.size(one.size), f"{bar} ✓" if one.verified else bar)
    terminal.grid(grid)
    if len(shown) < len(old_first):
        terminal.note(f"{len(shown)} of {len(old_first)} dumps, evenly chosen.")


def _summary(stack: "Stack", shelf: "Inventory", now: datetime) -> list[tuple[str, str]]:
    from components.config.values import cron
    from operate.core import terminal, times

    spec, rows = stack.backups, []
    if stack.is_at_copy:
        rows.append(("schedule", "every hour, what a drill has verified since"))
    elif spec.paused:
        rows.append(("schedule", "paused: no dump is made, and none expires"))
    else:
        following = times.with_local_time(cron.next_run(spec.schedule, now))
        rows.append(("schedule", f"{cron.words(spec.schedule)} (UTC); next: {following}"))
        rows.append(("missed", _missed_in_words(spec, shelf, now)))
    if proof := shelf.verified:
        rows.append(("verified", f"the newest one is {proof.key}, {terminal.age(proof.made, now)} old"))
    else:
        again = f"./petbase drill --stack {stack.name}"
        rows.append(("verified", f"none yet: a dump that was never restored is a hope. Try it: {again}"))
    if shelf.last_drill and not shelf.last_drill.good:
        rows.append(("last drill", f"failed {terminal.age(shelf.last_drill.at, now)} ago: {shelf.last_drill.error}"))
    return rows


def _space(spec: "Backups", shelf: "Inventory", files: "Sequence[Usage]") -> list[tuple[str, str]]:
    """What the dumps take, and the files of apps beside them: in R2 they share what is free."""
    from operate.backups import inventory
    from operate.core import terminal

    use = f"{spec.bucket} holds {terminal.size(shelf.bytes)}"
    free = "of the 10 GB that R2 gives an account for nothing each month"
    if not files:
        return [("bucket", f"{use}, {inventory.share(shelf.bytes)} {free}" if spec.store == "r2" else use)]
    total = sum(one.bytes for one in files) + (shelf.bytes if spec.store == "r2" else 0)
    others = [("", str(one)) for one in files]
    return [("buckets", use), *others, ("", f"in R2 together {terminal.size(total)}, {inventory.share(total)} {free}")]


def _show(rows: list[tuple[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from operate.core import terminal

    grid = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in rows:
        grid.add_row(Text(name, style="bold"), value)
    terminal.grid(grid)


def _missed(spec: "Backups", shelf: "Inventory", now: datetime) -> list[datetime]:
    """Since the oldest dump that is there: before it the rules have swept, or nothing was."""
    from operate.backups import schedule

    made = [one.made for one in shelf.dumps if one.own and not one.safety]
    return [] if spec.paused or not made else schedule.missed(spec.schedule, made, min(made), now)


def _missed_in_words(spec: "Backups", shelf: "Inventory", now: datetime) -> str:
    from operate.core import times

    runs = _missed(spec, shelf, now)
    if not runs:
        return "none, as far back as there are dumps"
    last = ", ".join(times.with_local_time(run) for run in runs[-3:])
    return f"{len(runs)} by this schedule, as far back as there are dumps; last: {last}"
