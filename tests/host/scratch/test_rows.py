"""Rows of a dump and of a restored database, against a real PostgreSQL: whatever is not the same is named."""

import tracemalloc

from host.archive.read import contents
from host.dumps.container_file import ContainerFile
from host.postgres.psql import Psql
from host.scratch import rows
from tests.host.container import SERVICE, Container

SQL = """
CREATE TABLE t (n int, word text); INSERT INTO t SELECT n, repeat('x', n % 40) FROM generate_series(1, 500) n;
CREATE TABLE "odd
FROM stdin;" ("a ""b" text); INSERT INTO "odd
FROM stdin;" VALUES (E'\\\\.'), (E'COPY t (n) FROM stdin;\\n');
CREATE TABLE none (); CREATE SEQUENCE s; SELECT nextval('s'); SELECT lo_from_bytea(4711, 'large')
"""


def test_the_same_rows_in_another_order_are_the_same(container: Container) -> None:
    container.app("fruits", SQL)
    dump = container.dump()
    said = rows.of_dump(dump, contents(dump).entries)
    assert said.tables["fruits.t"][0] == 500
    assert said.count == 502
    container.sql("CREATE TABLE fruits.u AS TABLE fruits.t ORDER BY n DESC; TRUNCATE fruits.t")
    container.sql("INSERT INTO fruits.t TABLE fruits.u; DROP TABLE fruits.u")
    assert said.differences(rows.of_database(container.host, SERVICE, SERVICE)) == []


def test_each_difference_is_named(container: Container) -> None:
    container.app("fruits", SQL)
    dump = container.dump()
    said = rows.of_dump(dump, contents(dump).entries)
    container.sql("UPDATE fruits.t SET word = 'y' WHERE n = 7")
    assert said.differences(rows.of_database(container.host, SERVICE, SERVICE)) == ["fruits.t: 500 rows, not the same"]
    container.sql("DELETE FROM fruits.t WHERE n < 3")
    assert said.differences(rows.of_database(container.host, SERVICE, SERVICE)) == ["fruits.t: 500 rows and 498"]


def test_sequences_and_large_objects_count_too(container: Container) -> None:
    container.app("fruits", SQL)
    dump = container.dump()
    said = rows.of_dump(dump, contents(dump).entries)
    for change in ("SELECT nextval('fruits.s')", "SELECT lo_put(4711, 2, 'x')", "SELECT lo_create(4712)"):
        container.sql(change)
        assert said.differences(rows.of_database(container.host, SERVICE, SERVICE)) == [
            "values of sequences or large objects"
        ]


def test_no_more_of_large_objects_is_in_memory_than_a_line(container: Container) -> None:
    line = "SELECT pg_catalog.lowrite(0, '\\x" + "ab" * 16_384 + "');\n"
    (container.runner.tmp / "large.sql").write_text("SELECT pg_catalog.lo_open('1', 131072);\n" + line * 200)
    tracemalloc.start()
    try:
        rows.of_plain(ContainerFile(container.host, SERVICE, "/tmp/large.sql"))
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_columns_in_another_order_are_no_difference_and_another_value_is_one(container: Container) -> None:
    """A parent's column of later comes before a child's own, once both are made anew."""
    container.app("fruits", "CREATE TABLE parent (a text); CREATE TABLE child (b text) INHERITS (parent)")
    container.sql('ALTER TABLE parent ADD "c, ""d (e)" text; INSERT INTO child VALUES (1, 2, 3)', role="fruits")
    dump = container.dump()
    said = rows.of_dump(dump, contents(dump).entries)
    assert sorted(said.tables) == ["fruits.child", "fruits.parent"]
    container.sql("DROP TABLE child; CREATE TABLE child (b text) INHERITS (parent)", role="fruits")
    container.sql("INSERT INTO child VALUES (1, 3, 2)", role="fruits")
    assert said.differences(rows.of_database(container.host, SERVICE, SERVICE, like=said)) == []
    container.sql("UPDATE child SET b = 3", role="fruits")
    found = said.differences(rows.of_database(container.host, SERVICE, SERVICE, like=said))
    assert found == ["fruits.child: 1 rows, not the same"]


def test_settings_of_the_live_database_that_change_how_values_are_written_are_no_difference(
    container: Container,
) -> None:
    container.app("fruits", "CREATE TABLE t AS SELECT now() AS at, 'x'::bytea AS b")
    for setting in ("timezone = 'Asia/Kathmandu'", "bytea_output = 'escape'"):
        container.sql(f"ALTER DATABASE {SERVICE} SET {setting}")
    dump = container.dump()
    said, texts = rows.of_dump(dump, contents(dump).entries), rows.texts_of(Psql(container.host, SERVICE))
    for setting in ("timezone", "bytea_output"):
        container.sql(f"ALTER DATABASE {SERVICE} RESET {setting}")
    assert said.differences(rows.of_database(container.host, SERVICE, SERVICE, settings=texts)) == []
    assert said.differences(rows.of_database(container.host, SERVICE, SERVICE)) != []
