"""`reads` gives sight of a schema and nothing else: of what is there, of what comes later, and after a restore."""

import psycopg
import pytest

from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.postgres.roles import AppRole, ensure_role
from host.restore.run import RunRestore
from tests.host.container import SERVICE, Container

READER, OWNER = AppRole("reports", "reports", "a", ("shop",)), AppRole("shop", "shop", "b")
_SHOP = """
CREATE TABLE orders (id int PRIMARY KEY, x int);
INSERT INTO orders VALUES (1, 1);
CREATE VIEW seen AS SELECT * FROM orders;
CREATE SEQUENCE numbers;
CREATE FUNCTION plain() RETURNS int LANGUAGE sql RETURN 1;
CREATE FUNCTION empties() RETURNS void SECURITY DEFINER LANGUAGE sql AS 'DELETE FROM shop.orders';
CREATE PROCEDURE fills() SECURITY DEFINER LANGUAGE sql AS 'INSERT INTO shop.orders VALUES (2, 2)';
CREATE FUNCTION fires() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS
  $$ BEGIN DELETE FROM shop.orders; RETURN NEW; END $$;
"""
TRIED = """
INSERT INTO shop.orders VALUES (9, 9)
INSERT INTO shop.seen VALUES (9, 9)
UPDATE shop.orders SET x = 2
UPDATE shop.seen SET x = 2
DELETE FROM shop.orders
TRUNCATE shop.orders
MERGE INTO shop.orders USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE
SELECT * FROM shop.orders FOR UPDATE
SELECT * FROM shop.orders FOR KEY SHARE
LOCK TABLE shop.orders IN ROW SHARE MODE
LOCK TABLE shop.orders IN ACCESS EXCLUSIVE MODE
CREATE TRIGGER t BEFORE INSERT ON shop.orders EXECUTE FUNCTION reports.mine()
CREATE TRIGGER t BEFORE INSERT ON own EXECUTE FUNCTION shop.fires()
CREATE RULE r AS ON INSERT TO shop.orders DO ALSO SELECT 1
CREATE POLICY p ON shop.orders
CREATE TABLE own_id (id int REFERENCES shop.orders)
CREATE INDEX ON shop.orders (x)
CREATE STATISTICS shop.s ON id, x FROM shop.orders
CREATE TABLE child () INHERITS (shop.orders)
ALTER TABLE shop.orders ADD y int
DROP TABLE shop.orders
REINDEX TABLE shop.orders
CREATE TABLE shop.mine ()
CREATE FUNCTION shop.mine() RETURNS int LANGUAGE sql RETURN 1
SELECT nextval('shop.numbers')
SELECT currval('shop.numbers')
SELECT setval('shop.numbers', 7)
SELECT last_value FROM shop.numbers
SELECT shop.empties()
CALL shop.fills()
COMMENT ON TABLE shop.orders IS 'mine'
ALTER DEFAULT PRIVILEGES FOR ROLE shop GRANT ALL ON TABLES TO reports
SET ROLE shop
SET ROLE "shop readers"; CREATE TABLE shop.mine ()
CREATE PUBLICATION p FOR TABLE shop.orders
""".strip().splitlines()
_OWN = "CREATE TABLE own (x int); CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"


@pytest.fixture
def shop(container: Container) -> Container:
    """The apps shop, and reports, which reads it."""
    psql = Psql(container.host, SERVICE)
    for app in (READER, OWNER):
        ensure_role(psql, app)
    restore_owners(psql)
    container.sql(_SHOP, role="shop")
    container.sql(_OWN, role="reports")
    return container


def given(container: Container, sql: str) -> list[str]:
    """Which of these statements the reader is let do, each in a transaction that is taken back."""
    where = f"host={container.server.sockets} port={container.server.port} user=reports dbname={SERVICE}"
    done = []
    for statement in sql.splitlines():
        with psycopg.connect(where) as session:
            try:
                session.execute(statement.encode())
                done.append(statement)
            except psycopg.Error:
                pass
            session.rollback()
    return done


def later(statements: list[str]) -> str:
    text = "\n".join(statements)
    for name in ("orders", "seen", "numbers", "empties", "fills", "fires"):
        text = text.replace(f"shop.{name}", f"shop.{name}2")
    return text


def test_a_reader_sees_and_does_nothing_else(shop: Container) -> None:
    assert given(shop, "SELECT * FROM shop.orders\nTABLE shop.seen\nSELECT shop.plain()\n" + "\n".join(TRIED)) == [
        "SELECT * FROM shop.orders",
        "TABLE shop.seen",
        "SELECT shop.plain()",
    ]
    assert shop.sql("SELECT * FROM shop.orders") == [(1, 1)]


def test_nor_with_what_comes_later_or_after_a_restore(shop: Container) -> None:
    renamed = _SHOP
    for name in ("orders", "seen", "numbers", "plain", "empties", "fills", "fires"):
        renamed = renamed.replace(name, f"{name}2")
    shop.sql(renamed, role="shop")
    assert given(shop, "SELECT * FROM shop.orders2\n" + later(TRIED)) == ["SELECT * FROM shop.orders2"]
    for schema in ("", "shop"):
        shop.dump("petbase_sent.c0ffee")
        shop.run(RunRestore(SERVICE, "c0ffee", dump="x.tgz", schema=schema))
        assert given(shop, "SELECT * FROM shop.orders\n" + "\n".join(TRIED)) == ["SELECT * FROM shop.orders"]
        shop.sql("CREATE TABLE orders3 (x int)", role="shop")
        assert given(shop, "TABLE shop.orders3\nDELETE FROM shop.orders3") == ["TABLE shop.orders3"]
        shop.sql("DROP TABLE orders3", role="shop")


def test_an_app_can_let_its_readers_call_a_function_that_runs_as_itself(shop: Container) -> None:
    shop.sql(
        'GRANT EXECUTE ON FUNCTION empties() TO "shop readers"; GRANT EXECUTE ON PROCEDURE fills() TO PUBLIC',
        role="shop",
    )
    restore_owners(Psql(shop.host, SERVICE))
    assert given(shop, "SELECT shop.empties()\nCALL shop.fills()") == ["SELECT shop.empties()", "CALL shop.fills()"]


def test_a_function_of_before_the_readers_is_closed_when_they_come(container: Container) -> None:
    ensure_role(Psql(container.host, SERVICE), OWNER)
    restore_owners(Psql(container.host, SERVICE))
    container.sql(_SHOP, role="shop")
    assert container.value("SELECT has_function_privilege('public', 'shop.empties()', 'EXECUTE')")
    ensure_role(Psql(container.host, SERVICE), READER)
    restore_owners(Psql(container.host, SERVICE))
    container.sql(_OWN, role="reports")
    assert given(container, "\n".join(TRIED)) == []
    container.sql("ALTER FUNCTION plain() SECURITY DEFINER", role="shop")
    assert given(container, "SELECT shop.plain()") == []


def test_default_privileges_of_the_owner_do_not_open_a_new_one(shop: Container) -> None:
    shop.sql("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON ROUTINES TO PUBLIC", role="shop")
    shop.sql("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON ROUTINES TO reports WITH GRANT OPTION", role="shop")
    shop.sql("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM reports", role="shop")
    shop.sql("CREATE FUNCTION newer() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'", role="shop")
    assert given(shop, "SELECT shop.newer()") == []


def test_a_view_of_the_owners_runs_no_code_of_the_readers(shop: Container) -> None:
    """Nor the other way round: a view finds what it found when it was made."""
    shop.sql("CREATE FUNCTION who() RETURNS text LANGUAGE sql AS 'SELECT current_user::text'", role="shop")
    shop.sql("CREATE VIEW whose AS SELECT who() AS name", role="shop")
    evil = "CREATE FUNCTION {}.who() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$"
    shop.sql(evil.format("reports"), role="reports")
    assert shop.sql("SET search_path = reports; SELECT name FROM shop.whose", role="reports") == [("reports",)]
    shop.sql("CREATE VIEW mine AS SELECT name, id FROM shop.whose, shop.orders", role="reports")
    assert shop.sql("SELECT name FROM shop.whose", role="shop") == [("shop",)]
    with pytest.raises(psycopg.Error, match="permission denied for schema reports"):
        shop.sql("SELECT * FROM reports.mine", role="shop")
