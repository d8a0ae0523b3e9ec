"""Measures every figure and writes the table of bench/README.md. Takes about two minutes."""

import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.stage import seconds, stage
from sandbox.workspace import CHECKOUT

_TIMES = 3
_APPS = [f"app{number}" for number in range(10)]
_BEGIN, _END = "<!-- table: make bench -->\n", "<!-- end -->"


def main() -> None:
    """All figures, told and written."""
    rows = [*_previews(), *_connections(), *_against_a_script(), *_whole_sandbox()]
    table = "| figure | measured |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows)
    print(table)
    readme = CHECKOUT / "bench/README.md"
    head, _, rest = readme.read_text().partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    when = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {sys.version.split()[0]}"
    readme.write_text(f"{head}{_BEGIN}\n{when}\n\n{table}\n{_END}{tail}")


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
    """Ten apps onto a server that stands: `up` against the same verbs in one shell script over one SSH session."""
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


if __name__ == "__main__":
    main()
