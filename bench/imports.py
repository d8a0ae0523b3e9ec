"""The figures of an import: beside plain pg_dump piped into pg_restore, between the same two databases in one run."""

from bench.dumps import BIG, SMALL, Row, against, at, timed
from bench.support.stage import Stage, seconds, stage
from host.imports.run import RunImport
from operate.server import steps
from operate.server.ssh import connect
from operate.stack import pulumi_cli, stack_files

MIDDLE = 200_000_000  # bytes
_A_ROW = 172  # bytes on the disk: 128 of text, a number, PostgreSQL's own
_IN = "docker exec --interactive dokku.postgres.db"
_FILL = """CREATE TABLE bulk AS SELECT n, md5(n || 'a') || md5(n || 'b') || md5(n || 'c') || md5(n || 'd') AS t
FROM generate_series(1, {rows}) n; ALTER TABLE bulk ADD PRIMARY KEY (n);"""


def measured(big: bool) -> list[Row]:
    """A database of another name on the same PostgreSQL is the source: the way there costs nothing."""
    with stage() as here, at(here):
        here.engine(["fruits"]).up()
        sizes = [SMALL, MIDDLE, *([BIG] if big else [])]
        return [row for size in sizes for row in _one(here, size)]


def _one(here: Stage, size: int) -> list[Row]:
    name = f"{size // 1_000_000} MB"
    fill = _FILL.format(rows=size // _A_ROW)
    here.ssh(f"{_IN} dropdb --username postgres --if-exists elsewhere; {_IN} createdb --username postgres elsewhere")
    here.ssh(f"{_IN} psql --username postgres --quiet elsewhere <<'SQL'\n{fill}\nSQL")
    stack = pulumi_cli.read(stack_files.SANDBOX)
    connection = connect(stack, None)
    url = connection.run("dokku", "postgres:info", stack.service, "--dsn").strip().removesuffix("/db") + "/elsewhere"
    command = RunImport(stack.service, "fruits", title="elsewhere")
    before = _bare(here)
    done, ours = timed(lambda: steps.follow(stack, connection, command, "", what="", secrets=[url, ""]))
    parts = "; ".join(f"{step.removeprefix('db: ')} {spent:.1f}" for step, spent in done.steps)
    return [
        (f"{name}: an import by URL, by parts", f"{ours:.1f} s ({parts})"),
        (
            f"{name}: an import, against bare pg_dump piped into pg_restore, before and after",
            against(ours, (before + _bare(here)) / 2),
        ),
    ]


def _bare(here: Stage) -> float:
    here.ssh(f"{_IN} createdb --username postgres bare")
    words = "pg_restore --username postgres --no-owner --no-acl --exit-on-error --dbname bare"
    pipe = f"{_IN} pg_dump --username postgres --format custom elsewhere | {_IN} {words}"
    took = seconds(lambda: here.ssh(pipe))
    here.ssh(f"{_IN} dropdb --username postgres bare")
    return took
