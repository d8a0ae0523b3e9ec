"""Moving between schemas, against a real PostgreSQL: everything, or what is named with what only that uses."""

from host.postgres.objects import MOVE_SQL, OBJECTS
from tests.host.postgres.real import Database
from tests.host.postgres.zoo import NAMES, ZOO


def move(database: Database, *names: str) -> None:
    database.psql.execute(
        "BEGIN;" + MOVE_SQL + "COMMIT;", source="public", target="fruits", names=names if names else None
    )


def held(database: Database, schema: str) -> list[str]:
    sql = f"{OBJECTS} SELECT DISTINCT type || ' ' || name FROM objects WHERE schema_name = '{schema}' ORDER BY 1"
    return [name for (name,) in database.run(sql)]


def test_everything_moves_and_still_works(database: Database) -> None:
    database.run(f"CREATE SCHEMA fruits; SET search_path = public; {ZOO}")
    database.run("INSERT INTO t (name) VALUES ('apple'); INSERT INTO p VALUES (3)")
    move(database)
    assert held(database, "public") == []
    assert held(database, "fruits") == sorted(f"{kind} {name}" for kind, names in NAMES.items() for name in {*names})
    database.run("SET search_path = fruits; INSERT INTO t (name) VALUES ('pear'); SELECT mrng(rng(1, 2)), 1 <+> 2")
    assert database.value("SELECT count(*) FROM fruits.v") == 2
    assert database.value("SELECT count(*) FROM fruits.p1") == 1


def test_a_named_table_takes_along_what_only_it_uses(database: Database) -> None:
    database.run(
        "CREATE SCHEMA fruits;"
        "CREATE TYPE mine AS ENUM ('a'); CREATE TYPE shared AS ENUM ('a'); CREATE TYPE unused AS ENUM ('a');"
        "CREATE TYPE span AS RANGE (subtype = float8, multirange_type_name = spans);"
        "CREATE TABLE here (id serial, a mine, b shared, c spans); CREATE TABLE other (b shared);"
        "CREATE STATISTICS of_here ON id, a FROM here"
    )
    move(database, "here")
    assert held(database, "fruits") == [
        "function span",
        "function spans",
        "statistics object of_here",
        "table here",
        "type mine",
        "type span",
        "type spans",
    ]
    assert held(database, "public") == ["table other", "type shared", "type unused"]
    assert database.value("SELECT pg_get_serial_sequence('fruits.here', 'id')") == "fruits.here_id_seq"


def test_nothing_to_move_is_fine(database: Database) -> None:
    database.run("CREATE SCHEMA fruits; CREATE TABLE t ()")
    move(database, "nosuch")
    assert held(database, "public") == ["table t"]
