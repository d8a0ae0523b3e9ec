"""Grants as they were: recorded as they are given, lost by an import, and given again, on every kind of thing."""

import time
from typing import Any

import psycopg
import pytest

from host.postgres.grants import give_grants, has_record, read_grants
from host.postgres.owners import restore_owners
from host.postgres.roles import AppRole, ensure_role
from host.postgres.schema_record import INSTALL_RECORD, REFRESH_RECORD
from tests.host.postgres.real import Database

MADE = """
CREATE TABLE fruits (id serial PRIMARY KEY, name text, price int, "an ""odd"" column" int);
CREATE VIEW shown AS SELECT name FROM fruits;
CREATE MATERIALIZED VIEW seen AS SELECT name FROM fruits;
CREATE SEQUENCE s;
CREATE TYPE mood AS ENUM ('a');
CREATE TYPE pair AS (a int);
CREATE TYPE span AS RANGE (subtype = int);
CREATE DOMAIN d AS int;
CREATE FUNCTION f(mood, VARIADIC int[]) RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(OUT a int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int);
CREATE TABLE "odd "" name; --" ();
CREATE SCHEMA jobs;
CREATE TABLE jobs.queue (n int);
"""
GRANTS = """
GRANT USAGE ON SCHEMA fruits TO auditor, "x ""y"" z";
GRANT USAGE, CREATE ON SCHEMA jobs TO auditor WITH GRANT OPTION;
GRANT SELECT ON fruits, shown, seen TO auditor;
GRANT SELECT (name), UPDATE (name, "an ""odd"" column") ON fruits TO "x ""y"" z";
GRANT INSERT (price) ON fruits TO PUBLIC;
GRANT SELECT ON jobs.queue TO PUBLIC;
REVOKE INSERT, TRUNCATE ON jobs.queue FROM fruits;
GRANT ALL ON "odd "" name; --" TO "x ""y"" z" WITH GRANT OPTION;
GRANT USAGE ON SEQUENCE s TO auditor;
REVOKE USAGE ON TYPE mood FROM PUBLIC;
REVOKE USAGE ON DOMAIN d FROM PUBLIC;
GRANT USAGE ON TYPE span TO auditor;
GRANT USAGE ON TYPE pair TO auditor;
REVOKE EXECUTE ON FUNCTION f(mood, int[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(mood, int[]) TO auditor;
REVOKE ALL ON PROCEDURE p FROM PUBLIC, fruits;
REVOKE EXECUTE ON FUNCTION total(int) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA jobs GRANT SELECT ON TABLES TO auditor;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO auditor WITH GRANT OPTION;
SELECT lo_create(4711);
GRANT SELECT ON LARGE OBJECT 4711 TO auditor;
"""
BY_THE_GUEST = 'SET ROLE "x ""y"" z"; GRANT SELECT, DELETE ON fruits."odd "" name; --" TO auditor'
BY_THE_SUPERUSER = "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC"


@pytest.fixture
def granted(database: Database) -> Database:
    """Two apps, one with every kind of grant; who is given them was made by hand."""
    for app in ("fruits", "notes"):
        ensure_role(database.psql, AppRole(app, app, "c0ffee"))
    restore_owners(database.psql)
    database.run('CREATE ROLE auditor; CREATE ROLE "x ""y"" z"')
    database.run(f"SET search_path = fruits; {MADE} {GRANTS}", role="fruits")
    database.run(BY_THE_GUEST)
    database.run(BY_THE_SUPERUSER)
    return database


def there(database: Database) -> list[dict[str, Any]]:
    return sorted((dict(row) for row in read_grants(database.psql)), key=str)


def recorded(database: Database) -> list[dict[str, Any]]:
    names = "kind, identity, part, schema, owner, grants"
    rows = database.run(f"SELECT {names} FROM petbase.grants")
    return sorted((dict(zip(names.split(", "), row, strict=True)) for row in rows), key=str)


def lost(database: Database) -> None:
    """As a dump of the plugin's comes back: what there was by default, and the record."""
    database.run(
        """
    DO $$ DECLARE one record; BEGIN
      SET LOCAL session_replication_role = replica;
      FOR one IN SELECT kind, identity, part, g ->> 0 AS grantee FROM petbase.grants, jsonb_array_elements(grants) AS g
        WHERE kind NOT IN ('DEFAULT') AND schema IN ('fruits', 'jobs', '') LOOP
        EXECUTE format('REVOKE ALL %s ON %s %s FROM %s CASCADE', CASE one.part WHEN '' THEN ''
          ELSE format('(%I)', one.part) END, one.kind, one.identity, COALESCE(quote_ident(one.grantee), 'PUBLIC'));
      END LOOP;
    END $$;
    SET session_replication_role = replica;
    UPDATE pg_class SET relacl = NULL WHERE relnamespace IN ('fruits'::regnamespace, 'jobs'::regnamespace);
    UPDATE pg_proc SET proacl = NULL WHERE pronamespace = 'fruits'::regnamespace OR proname = 'pg_sleep';
    UPDATE pg_type SET typacl = NULL WHERE typnamespace = 'fruits'::regnamespace;
    UPDATE pg_namespace SET nspacl = NULL WHERE nspname IN ('fruits', 'jobs');
    ALTER DEFAULT PRIVILEGES FOR ROLE fruits GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE fruits IN SCHEMA fruits.jobs REVOKE ALL ON TABLES FROM auditor;
    """.replace("fruits.jobs", "jobs")
    )


def test_every_grant_is_recorded_as_it_is_given(granted: Database) -> None:
    assert recorded(granted) == there(granted)
    assert len(there(granted)) > 20


def test_what_a_dump_lost_is_given_again(granted: Database) -> None:
    before = there(granted)
    lost(granted)
    assert there(granted) != before
    restore_owners(granted.psql)
    assert there(granted) == before == recorded(granted)
    restore_owners(granted.psql)
    assert there(granted) == before


def test_grants_go_to_another_database_and_more_than_those_is_taken_away(granted: Database) -> None:
    rows = read_grants(granted.psql)
    before = there(granted)
    lost(granted)
    granted.run("GRANT ALL ON ALL TABLES IN SCHEMA fruits TO notes; GRANT ALL ON SCHEMA fruits TO PUBLIC")
    give_grants(granted.psql, rows)
    tables = [row for row in there(granted) if row["schema"] == "fruits" and row in before]
    assert tables == [row for row in before if row["schema"] == "fruits"]
    assert has_record(granted.psql)


def test_a_dropped_renamed_or_changed_thing_is_recorded_so(granted: Database) -> None:
    for sql in (
        "DROP VIEW fruits.shown",
        "ALTER TABLE fruits.fruits RENAME TO renamed",
        "ALTER TABLE fruits.renamed RENAME COLUMN price TO cost",
        "ALTER TABLE fruits.renamed DROP COLUMN cost",
        "ALTER TYPE fruits.mood RENAME TO feeling",
        "ALTER SCHEMA jobs RENAME TO work",
        "CREATE TABLE work.later ()",
        "ALTER TABLE work.later SET SCHEMA fruits",
        "CREATE TEMPORARY TABLE t (); GRANT SELECT ON t TO PUBLIC; DROP TABLE t",
        "DROP SCHEMA work CASCADE",
    ):
        granted.run(sql, role="fruits")
        assert recorded(granted) == there(granted), sql
    granted.run("DROP OWNED BY auditor")
    assert recorded(granted) == there(granted)


def test_a_grant_to_a_role_that_is_gone_is_left_out(granted: Database) -> None:
    rows = [*read_grants(granted.psql)]
    granted.run(
        'REVOKE ALL ON fruits."odd "" name; --" FROM "x ""y"" z" CASCADE; DROP OWNED BY auditor; DROP ROLE auditor'
    )
    give_grants(granted.psql, rows)
    assert "auditor" not in str(there(granted))


def test_grants_of_one_owner_are_not_given_on_anothers_thing_of_that_name(granted: Database) -> None:
    """An app may take a name that was another's; what that one granted on it is not its own."""
    rows = read_grants(granted.psql, ["jobs"])
    granted.run("DROP SCHEMA jobs CASCADE", role="fruits")
    granted.run("CREATE SCHEMA jobs; CREATE TABLE jobs.queue (n int)", role="notes")
    give_grants(granted.psql, rows)
    assert {row["kind"] for row in read_grants(granted.psql, ["jobs"])} <= {"DEFAULT"}


def test_what_a_role_is_yet_to_come_for_waits(granted: Database) -> None:
    """After an import on a new server all is the superuser's, until the links make the roles."""
    before = [row for row in there(granted) if row["schema"] == "jobs" and row["kind"] == "TABLE"]
    granted.run(
        "SET session_replication_role = replica; ALTER TABLE jobs.queue OWNER TO postgres;"
        "ALTER SCHEMA jobs OWNER TO postgres; UPDATE pg_class SET relacl = NULL WHERE relname = 'queue'"
    )
    granted.psql.execute(INSTALL_RECORD + REFRESH_RECORD)
    restore_owners(granted.psql)
    assert [row for row in there(granted) if row["schema"] == "jobs" and row["kind"] == "TABLE"] == before


def test_an_app_can_neither_read_nor_change_the_record(granted: Database) -> None:
    for sql in ("SELECT * FROM petbase.grants", "DELETE FROM petbase.grants", "SELECT petbase.record_grants()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            granted.run(sql, role="fruits")


def test_two_transactions_that_grant_do_not_wait_for_each_other(granted: Database) -> None:
    url = granted.server.url(granted.name)
    with psycopg.connect(url) as one, psycopg.connect(url, autocommit=True) as other:
        one.execute("SET SESSION AUTHORIZATION fruits; GRANT SELECT ON fruits.s TO PUBLIC")
        other.execute("SET lock_timeout = '2s'; SET SESSION AUTHORIZATION notes; CREATE TABLE notes.t ()")
        other.execute("GRANT SELECT ON notes.t TO PUBLIC; DROP TABLE notes.t")
    assert recorded(granted) == there(granted)


def test_a_migration_of_many_tables_hardly_notices(granted: Database) -> None:
    many = "".join(f"CREATE TABLE fruits.many_{n} (a int PRIMARY KEY, b text);" for n in range(200))
    began = time.monotonic()
    granted.run(many, role="fruits")
    print(time.monotonic() - began)
    granted.run("GRANT SELECT ON ALL TABLES IN SCHEMA fruits TO auditor", role="fruits")
    began = time.monotonic()
    granted.run("".join(f"ALTER TABLE fruits.many_{n} ADD c int;" for n in range(100)), role="fruits")
    print(time.monotonic() - began)


def test_a_session_that_spells_names_otherwise_spoils_no_record(granted: Database) -> None:
    """By the record a restore gives back what neighbours closed."""
    record = "SELECT * FROM petbase.grants ORDER BY kind, identity, part, owner"
    before = granted.run(record)
    for change in ("GRANT INSERT ON fruits.seen TO auditor", "REVOKE INSERT ON fruits.seen FROM auditor"):
        granted.run(f"SET quote_all_identifiers = on; {change}", "fruits")
    assert granted.run(record) == before
