"""Names in statements for people: what is pasted is one statement, whatever a role or a database is called."""

from typing import Any

import psycopg
import pytest

from host.values.sql_names import ending, identifier, printable_sql
from tests.examples.postgres import Postgres


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("fruits", "fruits"),
        ("fruits_2", "fruits_2"),
        ("9", '"9"'),
        ("user", '"user"'),
        ("Fruits", '"Fruits"'),
        ('a"b', '"a""b"'),
        ("é", '"é"'),
        ('x"; DROP ROLE fruits; --', '"x""; DROP ROLE fruits; --"'),
        ("a\nb", 'U&"a\\+00000Ab"'),
        ("\u202ea\\b\x1b[2J", 'U&"\\+00202Ea\\\\b\\+00001B[2J"'),
    ],
)
def test_a_name_is_quoted_where_sql_needs_it(cluster: Postgres, name: str, shown: str) -> None:
    assert identifier(name) == shown
    with psycopg.connect(cluster.url()) as session:
        described = session.execute(f"SELECT 1 AS {shown}".encode()).description
    assert described is not None
    assert described[0].name == name


def test_every_word_that_postgresql_keeps_to_itself_is_quoted(cluster: Postgres) -> None:
    kept = cluster.run("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'")
    assert [word for (word,) in kept if identifier(str(word)) == word] == []


def test_a_statement_of_postgresqls_own_spelling_stays_the_same_one(cluster: Postgres) -> None:
    for name in ("a b", 'x"; DROP', "a\nb", "\u202e\x1b"):
        (spelled,) = cluster.run(f"SELECT format('SELECT 1 AS %I, 2 AS \"b\"', {_literal(name)})")[0]
        shown = printable_sql(str(spelled))
        assert shown.isprintable()
        with psycopg.connect(cluster.url()) as session:
            described = session.execute(shown.encode()).description
        assert described is not None
        assert [column.name for column in described] == [name, "b"]
        assert printable_sql(shown) == shown


def test_a_session_is_named_by_its_number_alone() -> None:
    assert ending(4711) == "SELECT pg_terminate_backend(4711)"
    pid: Any = "4711), pg_reload_conf("
    with pytest.raises(ValueError, match="format code 'd'"):
        ending(pid)


def _literal(text: str) -> str:
    return "U&'" + "".join(f"\\+{ord(letter):06X}" for letter in text) + "'"
