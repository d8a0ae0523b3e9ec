"""The figures of dumps and restores: each beside plain PostgreSQL doing the same on the same server in the same run."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from bench.support.server import used
from bench.support.stage import Stage, seconds, stage
from components.config.values import cron
from host.restore.run import RunRestore
from operate.dumps import dumps
from operate.dumps.store import Store
from operate.restore import delivery, upload
from operate.server import steps
from operate.server.ssh import Connection, connect
from operate.server.steps import Done
from operate.stack import pulumi_cli, stack_files
from operate.stack.outputs import Stack
from sandbox.workspace import CHECKOUT

T = TypeVar("T")
Row = tuple[str, str]
SMALL, BIG = 10_000_000, 1_000_000_000  # bytes of the database beyond an empty one
_A_ROW = 172  # bytes on the disk: 128 of text, a number, PostgreSQL's own
_CHECKED = 16 * 60  # seconds between two checks, and what a timer may be late
_JOBS = 2
_FILL = """DROP TABLE IF EXISTS fruits.bulk; CREATE TABLE fruits.bulk AS SELECT n, md5(n || 'a') || md5(n || 'b') ||
md5(n || 'c') || md5(n || 'd') AS t FROM generate_series(1, {rows}) n; ALTER TABLE fruits.bulk ADD PRIMARY KEY (n);
ALTER TABLE fruits.bulk OWNER TO fruits;"""
_IN = "docker exec --interactive dokku.postgres.db"
# The same two programs by hand, one piped into the other, with the plugin's own credentials and format.
_BARE_BACKUP = """cd /var/lib/dokku/services/postgres/db/backup
export AWS_ACCESS_KEY_ID=$(cat AWS_ACCESS_KEY_ID) AWS_SECRET_ACCESS_KEY=$(cat AWS_SECRET_ACCESS_KEY)
export AWS_DEFAULT_REGION=auto
docker exec dokku.postgres.db pg_dump --format custom --no-acl --no-owner --username postgres db |
  docker run --rm --interactive --log-driver none --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY \\
    --env AWS_DEFAULT_REGION --entrypoint aws petbase/s3backup:0.18.0 --endpoint-url "$(cat ENDPOINT_URL)" \\
    s3 cp --only-show-errors - s3://db-backups/bare"""


def alarms() -> list[Row]:
    """How much may be lost, and when a missing dump is reported; by arithmetic, not measured."""
    rows = []
    for name, schedule in (("daily", "0 3 * * *"), ("hourly", "0 * * * *")):
        gap, age = cron.longest_gap(schedule), cron.max_age(schedule)
        told = age + _CHECKED
        rows.append((f"{name} dumps: data lost at most (RPO)", f"{_hours(gap)} and the time of a dump"))
        rows.append(
            (
                f"{name} dumps: from the last good one to the alarm, at most",
                f"{_hours(told)}; {_hours(told - gap)} after the minute that was missed",
            )
        )
    return rows


def measured(size: int) -> list[Row]:
    """A database of `size` bytes, dumped, drilled and restored."""
    name = "1 GB" if size == BIG else "10 MB"
    with stage() as here, at(here):
        here.engine(["fruits"]).up()
        here.ssh(f"{_IN} psql --username postgres --quiet db <<'SQL'\n{_FILL.format(rows=size // _A_ROW)}\nSQL")
        return [(f"{name}: {what}", value) for what, value in (*_backup(here), *_drill(here), *_restore(here))]


def _backup(here: Stage) -> Iterator[Row]:
    def dump() -> None:
        here.ssh("dokku postgres:backup db db-backups")

    ours = seconds(dump)
    theirs = seconds(lambda: here.ssh(_BARE_BACKUP))
    yield "a dump, against bare pg_dump piped into an upload", against(ours, theirs)
    yield "a dump: most disk and memory on the server", _most(here, dump)


def _drill(here: Stage) -> Iterator[Row]:
    parts = dict(_petbase("drill", "--json")["seconds"])
    total = parts.pop("total")
    yield "a drill", f"{total:.1f} s: {', '.join(f'{part} {spent:.1f}' for part, spent in parts.items())}"
    yield "a drill: most disk and memory on the server", _most(here, lambda: _petbase("drill", "--json"))


def _restore(here: Stage) -> Iterator[Row]:
    stack = pulumi_cli.read(stack_files.SANDBOX)
    connection = connect(stack, None)
    with Store(stack) as store:
        dump = store.find(None)
        before = _bare(here, export_of=dump.name)
        found, fetching = timed(lambda: delivery.dump(stack, connection, store, dump))
        command = RunRestore(stack.service, found.name, dump=dump.name)
        done, working = timed(lambda: steps.follow(stack, connection, command, "", what=""))
        yield "a dump", f"{dump.size / 1e6:.1f} MB in the bucket"
        yield "restored (RTO), by parts", _parts(fetching, working, done)
        bare = (before + _bare(here, export_of=dump.name)) / 2
        yield (
            "restored, against bare pg_restore -j 2 of the same file, before and after",
            against(fetching + working, bare),
        )
        yield "the same from a dump that is on the server already", against(working, bare)
        yield "its load alone, against the same", against(_loading(done), bare)

        def again() -> None:
            delivery.dump(stack, connection, store, dump)
            steps.follow(stack, connection, command, "", what="")

        yield "a restore: most disk and memory on the server", _most(here, again)
        yield "a restore by way of the user's machine: the way alone", _by_way_of_here(stack, connection, store)


def _by_way_of_here(stack: Stack, connection: Connection, store: Store) -> str:
    """How it comes where the server cannot fetch it."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        source, fetching = timed(lambda: dumps.download_into(store, store.find(None), scratch))
        export, unpacking = timed(lambda: dumps.export_of(source.path, scratch, stack.name))
        name, uploading = timed(lambda: upload.send(stack, connection, export))
    connection.run("docker", "exec", f"dokku.postgres.{stack.service}", "rm", f"/tmp/petbase_sent.{name}")
    total = fetching + unpacking + uploading
    return f"{total:.1f} s: download {fetching:.2f}, unpack {unpacking:.2f}, upload {uploading:.2f}"


def _bare(here: Stage, export_of: str) -> float:
    """pg_restore of the same dump, which lies in the container already: as a seekable file, or -j would not work."""
    fetch = f"s3 cp --only-show-errors s3://db-backups/{export_of} -"
    bring = _BARE_BACKUP.partition("docker exec")[0] + _BARE_BACKUP.partition("|\n  ")[2].partition("s3 cp")[0] + fetch
    here.ssh(f"({bring}) | tar --extract --gzip --to-stdout backup/export | {_IN} sh -c 'cat >/tmp/bare'")
    here.ssh(f"{_IN} createdb --username postgres bare")
    words = f"--jobs {_JOBS} --no-owner --no-acl --exit-on-error --dbname bare /tmp/bare"
    took = seconds(lambda: here.ssh(f"{_IN} pg_restore --username postgres {words}"))
    here.ssh(f"{_IN} dropdb --username postgres bare; {_IN} rm /tmp/bare")
    return took


def _parts(fetching: float, working: float, done: Done) -> str:
    steps = "; ".join(f"{step.removeprefix('db: ')} {spent:.1f}" for step, spent in done.steps)
    total = f"{fetching + working:.1f} s: fetched and unpacked by the server {fetching:.1f}"
    return f"{total}, brought in {working:.1f} ({steps})"


def _loading(done: Done) -> float:
    return sum(spent for step, spent in done.steps if step.startswith("db: restoring"))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    found: list[T] = []
    took = seconds(lambda: found.append(work()))
    return found[0], took


def _petbase(*words: str) -> Any:
    command = [str(CHECKOUT / "petbase"), words[0], "--stack", "sandbox", *words[1:]]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


@contextmanager
def at(here: Stage) -> Iterator[None]:
    """./petbase looks at this sandbox."""
    before = os.environ.get("PETBASE_SANDBOX")
    os.environ["PETBASE_SANDBOX"] = str(here.folder)
    try:
        yield
    finally:
        os.environ.pop("PETBASE_SANDBOX")
        if before is not None:
            os.environ["PETBASE_SANDBOX"] = before


def against(ours: float, theirs: float) -> str:
    return f"{ours:.1f} s, {theirs:.1f} s: {ours / theirs:.1f} times"


def _most(here: Stage, work: Callable[[], object]) -> str:
    """Of one more run: to look all the time takes time itself."""
    with used(here.machine) as use:
        work()
    return f"{use.disk / 1e6:.0f} MB, {use.memory / 1e6:.0f} MB"


def _hours(spent: int) -> str:
    hours, minutes = divmod(spent // 60, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
