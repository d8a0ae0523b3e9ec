"""A source by its URL: looked at, read and never written; where it cannot be, nothing has changed."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from host.core.errors import HostError, UsageError
from tests.examples import postgres
from tests.host.imports.leaky import line
from tests.host.imports.staged import Importer

ROWS = [("pear",)]


def fails(importer: Importer, **how: str) -> str:
    """A run that must fail: its sentence. What is live stays, and no container does."""
    with pytest.raises(HostError) as caught:
        importer.run(**how)
    assert importer.container.sql("SELECT name FROM old", role="fruits") == ROWS
    assert importer.runner.removed == 2 * len(importer.runner.started)
    return str(caught.value)


def test_a_database_comes_by_its_url_and_again_to_catch_up(importer: Importer) -> None:
    importer.source("CREATE UNLOGGED TABLE t (name text); INSERT INTO t VALUES ('apple')")
    importer.source("ALTER DATABASE shop SET default_transaction_read_only = on", database="postgres")
    first = importer.run(url=importer.url)
    importer.source("SET default_transaction_read_only = off; INSERT INTO t VALUES ('plum')")
    assert importer.container.sql("SELECT name FROM t", role="fruits") == [("apple",)]
    second = importer.run(url=importer.url)
    assert (first["rows"], second["rows"]) == (1, 2)
    assert importer.container.sql("SELECT name FROM t", role="fruits") == [("apple",), ("plum",)]
    assert importer.container.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'fruits before %'") == 2


def test_a_look_tells_what_would_come_and_touches_nothing(importer: Importer) -> None:
    importer.source("CREATE TABLE t (name text); CREATE SCHEMA jobs CREATE TABLE job ()")
    found = importer.look(url=importer.url)
    facts = found["facts"]
    assert (facts["form"], facts["server"].split()[0]) == ("a database", "18.4")
    assert facts["schemas"] == [
        {"name": "public", "tables": 1, "becomes": "fruits", "why": ""},
        {"name": "jobs", "tables": 1, "becomes": "jobs", "why": ""},
    ]
    assert [(table["schema"], table["name"]) for table in found["live_tables"]] == [("fruits", "old")]
    assert found["free"] > found["needed"] > 0
    assert importer.container.sql("SELECT name FROM old", role="fruits") == ROWS


def test_the_password_is_in_no_words_and_in_nothing_that_is_printed(importer: Importer) -> None:
    importer.source("CREATE TABLE t ()")
    importer.run(url=importer.url)
    importer.container.host.secrets = {}
    password = "p" * 32
    assert password not in json.dumps([*importer.runner.lines_of_docker, *importer.runner.lines])
    assert password not in importer.container.host.out.masked(f"it is {password}")


def test_a_wrong_password_an_unknown_database_and_a_closed_port_are_named(importer: Importer) -> None:
    port = importer.elsewhere.port
    more = (
        "; nothing was changed. The connection comes from this server: look at user, password, host, port and database "
        "of the URL, and at whom the source lets in"
    )
    at = f'the source cannot be read: connection to server at "127.0.0.1", port {port} failed: FATAL:  '
    wrong = fails(importer, url=importer.url.replace("p" * 32, "guess"))
    assert wrong == f'{at}password authentication failed for user "postgres"{more}'
    assert fails(importer, url=importer.elsewhere.url("none")) == f'{at}database "none" does not exist{more}'
    closed = fails(importer, url="postgres://me:secret@127.0.0.1:1/shop")
    assert "port 1 failed: Connection refused" in closed
    assert "secret" not in closed


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgres://", "postgres://a@b:x/c", "postgres:///x"])
def test_what_is_no_url_is_refused(importer: Importer, url: str) -> None:
    with pytest.raises(
        UsageError,
        match="the source is not a PostgreSQL URL like postgres://user@host:5432/database; nothing was done",
    ):
        importer.run(url=url)


def test_a_newer_postgresql_is_refused(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    from host.imports import bring

    monkeypatch.setattr(bring, "_MAJOR", "SELECT 16")
    assert fails(importer, url=importer.url).endswith(
        " and db runs 16, which cannot take it; nothing was changed. First: ./petbase upgrade-database, to 18 or later"
    )
    importer.source("CREATE TABLE t ()")
    importer.file("--format=custom")
    assert fails(importer).startswith("the source is of PostgreSQL 18.4 and db runs 16")


def test_a_disk_without_room_is_refused_before_anything_is_read(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from host.imports import bring

    monkeypatch.setattr(bring, "free_bytes", lambda _: 1_000_000)
    found = fails(importer, url=importer.url)
    assert found.startswith("the server's disk has 1 MB free and this import needs about ")
    assert not [line for line in importer.runner.lines_of_docker if "pg_dump" in line]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        (
            "host.loading.guard._LEFT_BYTES",
            1 << 62,
            "the server's disk ran full while the source was loaded; nothing was changed",
        ),
        ("host.loading.guard._MOST_HOURS", -1, "the source was not loaded within -1 hours; nothing was changed"),
    ],
)
def test_a_load_that_must_not_go_on_ends(
    importer: Importer, monkeypatch: pytest.MonkeyPatch, name: str, value: int, why: str
) -> None:
    from host.core.host import Host
    from host.imports import prepare

    importer.source("CREATE TABLE t ()")
    monkeypatch.setattr(name, value)
    monkeypatch.setattr("host.loading.guard._PAUSE_SECONDS", 0.01)

    def killed(*_: object, rows: bool) -> None:  # noqa: ARG001
        host: Host = importer.container.host
        while importer.runner.removed < 2:
            host.now()
        raise HostError("psql was killed")

    monkeypatch.setattr(prepare, "fill", killed)
    with pytest.raises(HostError, match=why):
        importer.run(url=importer.url)


def test_a_table_that_the_user_may_not_read_is_named(importer: Importer) -> None:
    importer.source(
        "CREATE ROLE weak LOGIN PASSWORD 'weak'; CREATE TABLE a (); CREATE TABLE b (); CREATE SCHEMA aside;"
        "CREATE TABLE aside.c (); GRANT SELECT ON a, b TO weak; GRANT CREATE ON SCHEMA public TO weak"
    )
    weak = importer.url.replace("postgres:" + "p" * 32, "weak:weak")
    assert fails(importer, url=weak) == (
        "the source's user may not read aside.c; nothing was changed. Use a user that may, as the owner of the "
        "database, or leave out the schema: --leave SCHEMA"
    )
    assert importer.look(url=weak, leave=("aside",))["facts"]["schemas"] == [
        {"name": "public", "tables": 2, "becomes": "fruits", "why": ""}
    ]


def test_the_source_is_only_read(importer: Importer) -> None:
    importer.source("CREATE TABLE t (); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    before = importer.elsewhere.run("SELECT array_agg(oid ORDER BY oid) FROM pg_class", "shop")
    importer.run(url=importer.url)
    assert importer.elsewhere.run("SELECT array_agg(oid ORDER BY oid) FROM pg_class", "shop") == before


ROWS_TO_BREAK_IN = "CREATE TABLE t AS SELECT n, repeat(md5(n::text), 20) AS text FROM generate_series(1, 5000) n"


def test_a_source_that_dies_midway_has_changed_nothing_and_comes_the_next_time(importer: Importer) -> None:
    importer.source(ROWS_TO_BREAK_IN)
    with line(importer.elsewhere.port, ends=True) as port:
        problem = fails(importer, url=importer.url.replace(f":{importer.elsewhere.port}/", f":{port}/"))
    assert problem.startswith("the source could not be dumped: ")
    assert problem.endswith("; nothing was changed. Run it again")
    assert importer.run(url=importer.url)["rows"] == 5000


def test_a_source_that_sends_nothing_any_more_is_given_up(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump would wait for it for as long as the connection stands: it is ended with the staging container."""
    importer.source(ROWS_TO_BREAK_IN)
    monkeypatch.setattr("host.loading.guard._MOST_HOURS", 5 / 3600)
    with (
        line(importer.elsewhere.port, ends=False) as port,
        pytest.raises(HostError, match=r"^the source was not loaded within "),
    ):
        importer.run(url=importer.url.replace(f":{importer.elsewhere.port}/", f":{port}/"))
    assert importer.container.sql("SELECT name FROM old", role="fruits") == ROWS


def test_a_password_of_every_kind_of_sign_and_what_only_libraries_know_in_the_url(importer: Importer) -> None:
    password = "a b'\"\\@:/?#%&=$é"
    importer.source(
        "CREATE TABLE t (); CREATE ROLE odd LOGIN SUPERUSER PASSWORD "
        + "E'"
        + password.replace("\\", "\\\\").replace("'", "\\'")
        + "'"
    )
    query = "?sslmode=prefer&schema=public&pgbouncer=true"
    url = f"postgres://odd:{quote(password, safe='')}@127.0.0.1:{importer.elsewhere.port}/shop{query}"
    assert importer.look(url=url)["facts"]["schemas"][0]["tables"] == 1


def test_a_standby_is_read_and_what_it_lacks_is_named(importer: Importer, tmp_path: Path) -> None:
    importer.source("CREATE TABLE t AS SELECT 1 AS n; CREATE UNLOGGED TABLE u AS SELECT 2 AS n")
    server = postgres.standby(importer.elsewhere, tmp_path)
    try:
        done = importer.run(url=server.url("shop"))
    finally:
        server.stop()
    assert done["facts"]["left_out"] == ["rows of the unlogged table public.u, which a standby does not have"]
    assert importer.container.sql("SELECT n, (SELECT count(*) FROM u) FROM t", role="fruits") == [(1, 0)]


def test_what_reads_a_source_has_its_own_limits(importer: Importer) -> None:
    importer.source("CREATE TABLE t ()")
    importer.run(url=importer.url)
    reading = [words for words in importer.runner.lines_of_docker if words[:3] == ["docker", "run", "--rm"]]
    assert {words[words.index("--memory") + 1] for words in reading} == {"128m", "1g"}
    assert all("--pids-limit" in words for words in reading)
