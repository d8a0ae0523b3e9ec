"""Measures every figure and writes the table of bench/README.md. Takes about four minutes."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import alarms, dumps, event_triggers, faults, file_backups, files, hostile, imports
from bench.support.stage import seconds, stage
from sandbox.workspace import CHECKOUT

_TIMES = 3
_APPS = [f"app{number}" for number in range(10)]


def main() -> None:
    """The tables that are named, else all, told and written."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("table", nargs="*", help=f"of {', '.join(_TABLES)}; all")
    parser.add_argument("--big", action="store_true", help="dumps of 1 GB too: ten minutes and 10 GB of disk more")
    asked = parser.parse_args()
    for name in asked.table or _TABLES:
        _table(name, list(_TABLES[name](asked.big)))


def _table(name: str, rows: list[tuple[str, str]]) -> None:
    """One table of README.md, between its two lines there."""
    table = "| figure | measured |\n|---|---|\n" + "".join(f"| {row} | {value} |\n" for row, value in rows)
    print(table)
    readme = CHECKOUT / "bench/README.md"
    begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
    head, _, rest = readme.read_text().partition(begin)
    _, _, tail = rest.partition(end)
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    when = (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, load at the end {load}"
    )
    readme.write_text(f"{head}{begin}\n{when}\n\n{table}\n{end}{tail}")


def _program(_: bool) -> list[tuple[str, str]]:
    return [*_previews(), *_connections(), *_against_a_script(), *_whole_sandbox()]


def _dumps(big: bool) -> list[tuple[str, str]]:
    return [*dumps.alarms(), *dumps.measured(dumps.SMALL), *(dumps.measured(dumps.BIG) if big else ())]


def _previews() -> list[tuple[str, str]]:
    """A no-op preview against that of an empty Pulumi program, both by the same engine in the same state folder."""
    with stage() as here, tempfile.TemporaryDirectory() as folder:
        full = here.engine(["fruits"])
        full.up()
        empty_checkout = Path(folder)
        (empty_checkout / "Pulumi.yaml").write_text((CHECKOUT / "Pulumi.yaml").read_text())
        (empty_checkout / "__main__.py").write_text("")
        with stage() as there:
            empty = there.engine([], empty_checkout)
            empty.up()
            pairs = [(seconds(full.preview), seconds(empty.preview)) for _ in range(_TIMES)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return [
        ("no-op preview, against an empty Pulumi program", f"{ours:.1f} s, {theirs:.1f} s: {ours / theirs:.1f} times")
    ]


def _connections() -> list[tuple[str, str]]:
    rows = []
    for apps in (_APPS[:1], _APPS):
        with stage() as here:
            engine = here.engine(apps)
            engine.up()
            first = here.connections()
            rows.append((f"SSH connections of a first up, {len(apps)} app{'s' * (len(apps) > 1)}", str(first)))
            engine.up()
            rows.append((f"SSH connections of the no-op up after it, {len(apps)}", str(here.connections() - first)))
    return rows


def _against_a_script() -> list[tuple[str, str]]:
    """Ten apps onto a running server: `up` against the same verbs in one shell script over one SSH session."""
    with stage() as here:
        here.engine([]).up()
        ours = seconds(here.engine(_APPS).up)
    with stage() as there:
        there.engine([]).up()
        theirs = seconds(lambda: there.ssh(_script()))
    value = f"{ours:.1f} s, {theirs:.1f} s: {ours / theirs:.1f} times"
    return [("ten apps more: up, against one shell script over one SSH session", value)]


def _script() -> str:
    """What `up` sends for ten apps, by hand and without any question first."""
    create = "dokku apps:create {0} </dev/null; dokku domains:set {0} {0}.localhost </dev/null"
    role = """echo 'CREATE ROLE "{0}" LOGIN; CREATE SCHEMA "{0}" AUTHORIZATION "{0}";' | dokku postgres:connect db"""
    link = "dokku postgres:link db {0} --no-restart </dev/null"
    url = "echo DATABASE_URL=postgres://{0}:x@dokku-postgres-db:5432/db | dokku config:import --no-restart {0} -"
    return "\n".join(line.format(app) for app in _APPS for line in (create, role, link, url))


def _whole_sandbox() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="pb-") as folder:
        environment = {**os.environ, "PETBASE_SANDBOX": folder}

        def run(verb: str) -> None:
            words = [str(CHECKOUT / "petbase"), "sandbox", verb]
            subprocess.run(words, env=environment, check=True, capture_output=True)

        try:
            return [
                ("make sandbox from warm caches, proof included", f"{seconds(lambda: run('up')):.0f} s"),
                ("make sandbox again", f"{seconds(lambda: run('up')):.0f} s"),
            ]
        finally:
            run("down")


_TABLES: dict[str, Callable[[bool], list[tuple[str, str]]]] = {
    "program": _program,
    "dumps": _dumps,
    "alarms": lambda _: alarms.rows(),
    "imports": imports.measured,
    "files": files.measured,
    "file backups": file_backups.measured,
    "faults": lambda _: faults.rows(),
    "hostile": lambda _: hostile.rows(),
    "event triggers": lambda _: event_triggers.rows(),
}

if __name__ == "__main__":
    main()
