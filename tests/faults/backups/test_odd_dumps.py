"""Data of an unusual kind: what a dump of it brings back is the same, schema and rows, to the byte."""

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.faults.support.watched import SERVICE, Watched
from tests.support import processes

# 63 bytes, the longest name that PostgreSQL keeps: 21 characters of three bytes.
LONGEST = "語" * 21
NAMES = ["Upper", 'it\'s "quoted"', "select", "1st-of.all", "a b\tc", "back\\slash", "Ünï", LONGEST]
_VALUES = ["", "'", '"', "\\N", "\\.", "a\tb\nc\r\n", "ü語🍐", "NULL", "x" * 100_000]


@contextmanager
def odd_schemas(watched: Watched) -> Iterator["psycopg.Connection[object]"]:
    """A schema of each name, with a table, a column, an index and a type of the same name."""
    with watched.bench.database(service=SERVICE) as session:
        try:
            for name in NAMES:
                one = psycopg.sql.Identifier(name)
                for text in (
                    "CREATE SCHEMA {0}",
                    "CREATE TYPE {0}.{1} AS ENUM ('a', 'b''c', 'ü')",
                    "CREATE TABLE {0}.{0} (id serial PRIMARY KEY, {0} text, kind {0}.{1} DEFAULT 'ü', at timestamptz)",
                    "CREATE INDEX {2} ON {0}.{0} ({0} COLLATE \"C\") WHERE {0} <> ''",
                    "COMMENT ON TABLE {0}.{0} IS 'it''s \\ odd'",
                ):
                    kind, index = (psycopg.sql.Identifier(f"{sign}{name}"[: 60 // len("語".encode())]) for sign in "ki")
                    session.execute(psycopg.sql.SQL(text).format(one, kind, index))
                for value in _VALUES:
                    insert = psycopg.sql.SQL("INSERT INTO {0}.{0} ({0}, at) VALUES (%s, 'infinity')").format(one)
                    session.execute(insert, [value])
            yield session
        finally:
            for name in NAMES:
                session.execute(
                    psycopg.sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(psycopg.sql.Identifier(name))
                )
            session.execute("DROP EXTENSION IF EXISTS vector CASCADE")


def fill_more(session: "psycopg.Connection[object]") -> None:
    """An extension, its type in a table with its own kind of index, and large objects of many pages."""
    # PostgreSQL words this one in another way after any restore (fingerprint.sh), so text cannot be compared.
    session.execute("ALTER TABLE fruits DROP CONSTRAINT fruits_name_check")
    session.execute("CREATE EXTENSION vector; CREATE TABLE points (at vector(3))")
    session.execute("INSERT INTO points SELECT format('[%s,1,2]', n)::vector FROM generate_series(1, 100) n")
    session.execute("CREATE INDEX near ON points USING hnsw (at vector_l2_ops)")
    session.execute("SELECT lo_from_bytea(4711, decode(repeat('00ff80', 100000), 'hex')), lo_from_bytea(4712, '')")


def contents(watched: Watched, database: str) -> list[str]:
    """All that a database holds as lines of SQL, large objects too, but for what each dump words anew."""
    words = f"docker exec dokku.postgres.{SERVICE} pg_dump --username postgres --no-owner --no-acl {database}"
    anew = ("--", "\\restrict", "\\unrestrict", "COMMENT ON SCHEMA public")
    return [line for line in watched.bench.root(words).splitlines() if line and not line.startswith(anew)]


def test_odd_names_values_large_objects_and_an_extension_come_back_as_they_were(watched: Watched) -> None:
    with odd_schemas(watched) as session:
        fill_more(session)
        dump = watched.dump()
        before = contents(watched, SERVICE)
    done = watched.run("drill")
    assert done.returncode == 0, done.stdout
    told = watched.evidence(dump)
    assert told["equal"] is True
    quoted = ['"{}"'.format(name.replace('"', '""').replace("\t", "?")) for name in NAMES]
    assert {f"{name}.{name}": len(_VALUES) for name in quoted}.items() <= told["rows"].items()
    assert told["rows"]["public.points"] == 100
    # The rows themselves, by plain PostgreSQL and no script of ours.
    with tarfile.open(fileobj=io.BytesIO(watched.get(f"prod/{dump}"))) as archive:
        export = archive.extractfile("backup/export")
        assert export
        (watched.bench.disk / "root/export").write_bytes(export.read())
    inside = f"docker exec --interactive dokku.postgres.{SERVICE}"
    watched.bench.root(f"{inside} createdb --username postgres --template template0 look")
    try:
        restore = "pg_restore --username postgres --no-owner --no-acl --exit-on-error --dbname look"
        watched.bench.root(f"{inside} {restore} </root/export")
        assert contents(watched, "look") == before
    finally:
        watched.bench.root(f"{inside} dropdb --username postgres look; rm /root/export")
    assert len([line for line in before if "lowrite" in line]) > 10


# A check of rows by another table's, which PostgreSQL advises against: it holds only in the order of the dump, by name.
NEEDY = """
CREATE TABLE colors AS SELECT 'color ' || n AS name FROM generate_series(1, 200000) n;
CREATE FUNCTION known(text) RETURNS bool LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.colors WHERE name = $1)';
CREATE TABLE painted (color text CHECK (public.known(color)));
INSERT INTO painted VALUES ('color 200000');
"""


@pytest.mark.soak
@pytest.mark.parametrize("needy", [False, True])
def test_tables_come_side_by_side_unless_one_may_need_anothers_rows(watched: Watched, *, needy: bool) -> None:
    with watched.bench.database(service=SERVICE) as session:
        if needy:
            session.execute(NEEDY.encode())
        dump = watched.dump()
        session.execute("DROP TABLE IF EXISTS painted, colors; DROP FUNCTION IF EXISTS known")
    with processes.watched() as seen:
        done = watched.run("drill")
    assert done.returncode == 0, done.stdout
    assert watched.evidence(dump)["rows"].get("public.painted", 0) == needy
    if not needy:
        assert any(f" --jobs {min(4, os.cpu_count() or 1)} --dbname petbase_drill" in words for words in seen)


# One byte in LATIN1, two in UTF8: what a check says of it holds in the encoding that it was written for.
_BYTES = """
SET client_encoding = 'UTF8';
CREATE TABLE "bytés" (letter text CHECK (octet_length(letter) = 1));
INSERT INTO "bytés" VALUES ('é');
"""


@pytest.mark.soak
def test_a_database_of_another_encoding_restores_in_its_own(watched: Watched) -> None:
    psql = f"docker exec --interactive dokku.postgres.{SERVICE} psql --username postgres --set ON_ERROR_STOP=1 --dbname"
    aside = f'ALTER DATABASE "{SERVICE}" RENAME TO aside;'
    watched.bench.root(
        f"{psql} postgres", f"{aside} CREATE DATABASE {SERVICE} TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'"
    )
    try:
        watched.bench.root(f"{psql} {SERVICE}", _BYTES)
        dump = watched.dump()
        done = watched.run("drill")
    finally:
        watched.bench.root(f"{psql} postgres", f"DROP DATABASE {SERVICE}; ALTER DATABASE aside RENAME TO {SERVICE}")
    assert done.returncode == 0, done.stdout
    assert watched.evidence(dump)["rows"] == {'public."bytés"': 1}


@pytest.mark.soak
def test_a_subscription_does_not_keep_the_throw_away_databases(watched: Watched) -> None:
    with watched.bench.database(service=SERVICE) as session:
        session.execute("CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)")
        try:
            dump = watched.dump()
            done = watched.run("drill")
        finally:
            session.execute("ALTER SUBSCRIPTION s SET (slot_name = NONE)")
            session.execute("DROP SUBSCRIPTION s")
    assert done.returncode == 0, done.stdout
    assert watched.evidence(dump)["equal"] is True
    assert watched.databases() == ["postgres", "template0", "template1", SERVICE]
